import { MAX_NANOS, MIN_NANOS, NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import { floorTo } from '../floor-to.ts'
import type { TimeRange } from '../port.ts'
import type { Coverage } from './coverage.ts'

/** Whole UTC days that are in hot again, and when they are retired once more. */
export interface LentDays extends TimeRange {
  readonly until: Nanos
}

/** The coverage as the manifest of the archive keeps it; see its format. */
export interface KeptCoverage {
  readonly hot_from?: Nanos | undefined
  readonly restored: readonly LentDays[]
  readonly restoring?: readonly LentDays[] | undefined
}

/** Where the coverage is kept. Both throw what the archive throws. */
export interface CoverageKeeper {
  /** As of now. */
  read(): Promise<KeptCoverage>
  /**
   * Changes it at once and durably to what `decide` makes of it; undefined leaves it, and resolves to false. `decide` may be
   * asked again where others changed it meanwhile. Where it fails, nobody knows whether it was changed.
   */
  change(decide: (kept: KeptCoverage) => KeptCoverage | undefined): Promise<boolean>
}

export const EVER: TimeRange = { from: MIN_NANOS, to: MAX_NANOS + 1n }

export function coverageOf({ hot_from, restored }: KeptCoverage): Coverage {
  return { hotFrom: hot_from, restored }
}

/** What hot must keep: what it answers, and what is being copied to it. */
export function heldInHot({ hot_from, restored, restoring = [] }: KeptCoverage): TimeRange[] {
  return [{ from: hot_from ?? EVER.from, to: EVER.to }, ...restored, ...restoring]
}

/** With days that are being copied, in place of what was known of them. */
export function withRestoring(kept: KeptCoverage, days: LentDays): KeptCoverage {
  return { ...kept, restoring: [...without(kept.restoring ?? [], days), days] }
}

/** With days that hot answers from now on: their copy has ended. */
export function withRestored(kept: KeptCoverage, days: LentDays): KeptCoverage {
  return { ...withoutRestoring(kept, days), restored: [...without(kept.restored, days), days] }
}

/** The archive alone answers the days. */
export function withoutRestored(kept: KeptCoverage, days: TimeRange): KeptCoverage {
  return { ...kept, restored: without(kept.restored, days) }
}

export function withoutRestoring(kept: KeptCoverage, days: TimeRange): KeptCoverage {
  return { ...kept, restoring: without(kept.restoring ?? [], days) }
}

function without(lent: readonly LentDays[], days: TimeRange): LentDays[] {
  return lent.filter(({ from, to }) => to <= days.from || from >= days.to)
}

export function overlap(a: TimeRange, b: TimeRange): boolean {
  return a.from < b.to && b.from < a.to
}

/** The UTC days that a range touches, oldest first. */
export function daysIn({ from, to }: TimeRange): TimeRange[] {
  const days: TimeRange[] = []
  for (let day = floorTo(from, NANOS_PER_DAY); day < to; day += NANOS_PER_DAY)
    days.push({ from: day, to: day + NANOS_PER_DAY })
  return days
}

import type { Nanos } from '@heartwood/event'
import type { Tier, TimeRange } from '../port.ts'

/** Which tier answers which UTC day: each day has exactly one. */
export interface Coverage {
  /** The first day of which hot has everything, and so of all behind it; undefined where it has every day there is. */
  readonly hotFrom: Nanos | undefined
  /** Days before it of which hot has everything again. */
  readonly restored: readonly TimeRange[]
  /** Set where it is not known as of now. */
  readonly unsure?: {
    /** What hot may have lost meanwhile, although it stands here as hot's. */
    readonly ranges: readonly TimeRange[]
    readonly reason: string
  }
}

/** The coverage as of now. What is hot's in it stays readable for as long as a question may take. */
export type CoverageSource = () => Promise<Coverage>

/** A part of a range that one tier answers. */
export interface Part {
  readonly tier: Tier
  readonly range: TimeRange
}

/** Cuts a range where the tier changes: oldest first, without gap or overlap. An empty range is one part. */
export function partsOf(coverage: Coverage, range: TimeRange): Part[] {
  const { hotFrom } = coverage
  if (hotFrom === undefined || range.from >= hotFrom || range.from >= range.to)
    return [{ tier: 'hot', range }]
  const borders = [...coverage.restored.flatMap(({ from, to }) => [from, to]), hotFrom]
  const inside = borders.filter((border) => border > range.from && border < range.to)
  const starts = [...new Set([range.from, ...inside])].sort((a, b) => (a < b ? -1 : 1))
  const parts: Part[] = []
  for (const [index, from] of starts.entries()) {
    const tier = tierOf(coverage, from)
    const to = starts[index + 1] ?? range.to
    const before = parts.at(-1)
    if (before?.tier === tier) parts[parts.length - 1] = { tier, range: { from: before.range.from, to } }
    else parts.push({ tier, range: { from, to } })
  }
  return parts
}

/** The tier that answers what happened at a time. */
export function tierOf({ hotFrom, restored }: Coverage, time: Nanos): Tier {
  const isHot = hotFrom === undefined || time >= hotFrom || restored.some((range) => isIn(range, time))
  return isHot ? 'hot' : 'cold'
}

function isIn({ from, to }: TimeRange, time: Nanos): boolean {
  return time >= from && time < to
}

import type { MissingJson, ReadJson, TierReadJson } from '@heartwood/api'
import { isoFromNanos, MAX_NANOS, MIN_NANOS } from '@heartwood/event'
import type { MissingPart, ReadStats, TierRead, TimeRange } from '@heartwood/log-store'

const TIERS = ['hot', 'cold'] as const

/** What was looked at, together and by tier. */
export function readJson(reads: readonly ReadStats[]): ReadJson {
  const tiers = reads.flatMap((read) => read.tiers ?? [])
  return {
    ...together(reads),
    ...(tiers.length > 0 && {
      tiers: TIERS.flatMap((tier): TierReadJson[] => {
        const own = tiers.filter((read) => read.tier === tier)
        return own.length === 0 ? [] : [{ tier, ranges: rangesJson(own), ...together(own) }]
      }),
    }),
  }
}

/** Each part once, also where several questions of one answer lacked it. */
export function missingJson(missing: readonly MissingPart[]): MissingJson[] {
  const parts = missing.map(({ range, ...rest }): MissingJson => ({ ...rangeJson(range), ...rest }))
  return distinct(parts)
}

function rangesJson(reads: readonly TierRead[]) {
  return distinct(reads.flatMap(({ ranges }) => ranges.map(rangeJson)))
}

function rangeJson({ from, to }: TimeRange) {
  return {
    ...(from > MIN_NANOS && { from: isoFromNanos(from) }),
    ...(to <= MAX_NANOS && { to: isoFromNanos(to) }),
  }
}

function distinct<T extends object>(parts: readonly T[]): T[] {
  return [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()]
}

type Looked = Pick<ReadStats, 'rows' | 'bytes' | 'segments' | 'fetched'>

function together(reads: readonly Looked[]) {
  const sum = (of: (read: Looked) => number) => reads.reduce((total, read) => total + of(read), 0)
  const fetched = sum((read) => read.fetched ?? 0)
  return {
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    segments: sum(({ segments }) => segments),
    ...(fetched > 0 && { fetched }),
  }
}

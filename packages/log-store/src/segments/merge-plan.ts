import { NANOS_PER_DAY, NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import { floorDiv } from './level-counts.ts'
import type { SegmentInfo } from './manifest-format.ts'

export interface MergeLimits {
  readonly maxRows: number
  readonly maxBytes: number
  /** Rows times columns: what a merge takes of memory, where a few senders made up thousands of keys. */
  readonly maxCells: number
  /** Files of about the same size that are merged at once; so many of one tier make one of the next. */
  readonly fanIn: number
}

/** A day that got nothing for an hour is tidied further. */
const SETTLED = 3600n * NANOS_PER_SECOND
const MAX_FAN_IN = 32

/**
 * The next segments to merge into one: of one UTC day, small ones first, so that each row is rewritten only about as
 * often as there are tiers. Undefined when there is nothing worth doing.
 */
export function segmentsToMerge(
  segments: Iterable<SegmentInfo>,
  limits: MergeLimits,
  now: Nanos,
): SegmentInfo[] | undefined {
  for (const day of byDay(segments, limits).values()) {
    const settled = day.every((segment) => now - segment.max_receipt > SETTLED)
    const enough = settled ? Math.max(2, limits.fanIn / 2) : limits.fanIn
    for (const tier of settled ? [day] : byTier(day, limits.fanIn)) {
      const chosen = fitting(tier, limits)
      if (chosen.length >= enough) return chosen
    }
  }
  return undefined
}

function byDay(segments: Iterable<SegmentInfo>, limits: MergeLimits): Map<string, SegmentInfo[]> {
  const days = new Map<string, SegmentInfo[]>()
  for (const segment of segments) {
    if (isLarge(segment, limits)) continue
    const first = floorDiv(segment.min_time, NANOS_PER_DAY)
    const last = floorDiv(segment.max_time, NANOS_PER_DAY)
    const day = first === last ? String(first) : 'stray'
    days.set(day, [...(days.get(day) ?? []), segment])
  }
  return days
}

/** Half of a limit: no second one of that size would go with it. */
function isLarge({ rows, bytes, fields }: SegmentInfo, limits: MergeLimits): boolean {
  return (
    rows > limits.maxRows / 2 || bytes > limits.maxBytes / 2 || rows * fields.length > limits.maxCells / 2
  )
}

/** Segments of about as many rows and columns: a wide one makes all rows wide, so it would keep narrow ones waiting. */
function byTier(segments: readonly SegmentInfo[], fanIn: number): SegmentInfo[][] {
  const tiers = new Map<string, { rows: number; segments: SegmentInfo[] }>()
  for (const segment of segments) {
    const rows = Math.floor(Math.log(segment.rows) / Math.log(fanIn))
    const width = Math.floor(Math.log(segment.fields.length + 1) / Math.log(8))
    const tier = tiers.get(`${rows} ${width}`) ?? { rows, segments: [] }
    tier.segments.push(segment)
    tiers.set(`${rows} ${width}`, tier)
  }
  return [...tiers.values()].sort((a, b) => a.rows - b.rows).map((tier) => tier.segments)
}

function fitting(segments: readonly SegmentInfo[], limits: MergeLimits): SegmentInfo[] {
  const smallestFirst = [...segments].sort((a, b) => a.rows - b.rows)
  const chosen: SegmentInfo[] = []
  let rows = 0
  let bytes = 0
  const fields = new Set<number>()
  for (const segment of smallestFirst) {
    rows += segment.rows
    bytes += segment.bytes
    for (const field of segment.fields) fields.add(field)
    const over = rows > limits.maxRows || bytes > limits.maxBytes || rows * fields.size > limits.maxCells
    if (over || chosen.length === MAX_FAN_IN) break
    chosen.push(segment)
  }
  return chosen
}

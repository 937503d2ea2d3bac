import type { Nanos } from '@heartwood/event'
import { LEVELS, NANOS_PER_SECOND } from '@heartwood/event'
import type { TimeRange } from '../port.ts'
import { cellsOf, floorDiv } from './level-counts.ts'
import type { SegmentInfo } from './manifest-format.ts'
import type { QueryOutline } from './prune.ts'

/** Events of one bucket and level, from the manifest. */
export interface LevelCell {
  /** Bucket start divided by the interval. */
  readonly bucket: bigint
  readonly level: string
  readonly count: number
}

/**
 * What a segment adds to a histogram (or, with no interval, to one sum) according to its counts; undefined where they
 * cannot say exactly, because the query asks for more than the level, or an edge of the range or of a bucket cuts one
 * of their buckets.
 */
export function cellsFromManifest(
  segment: SegmentInfo,
  outline: QueryOutline,
  range: TimeRange,
  interval: Nanos | undefined,
): LevelCell[] | undefined {
  const { counts } = segment
  if (counts === undefined || !outline.levelOnly) return undefined
  const aligned = interval === undefined || interval % (BigInt(counts.unit) * NANOS_PER_SECOND) === 0n
  if (!aligned) return undefined
  const found: LevelCell[] = []
  for (const { start, end, level, count } of cellsOf(counts)) {
    if (!outline.levels[level] || end <= range.from || start >= range.to) continue
    const cutBelow = start < range.from && segment.min_time < range.from
    const cutAbove = end > range.to && segment.max_time >= range.to
    if (cutBelow || cutAbove) return undefined
    const bucket = interval === undefined ? 0n : floorDiv(start, interval)
    found.push({ bucket, level: LEVELS[level] ?? 'unknown', count })
  }
  return found
}

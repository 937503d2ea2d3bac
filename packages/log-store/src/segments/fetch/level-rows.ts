import type { Nanos } from '@heartwood/event'
import type { TimeRange } from '../../port.ts'
import { OWN_FIELD_IDS } from '../manifest/field-catalog.ts'
import { floorDiv } from '../manifest/level-counts.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { GroupReader, RowReader } from './row-reader.ts'

/** Rows of one bucket and level. */
export interface LevelRows {
  readonly bucket: bigint
  /** Index into LEVELS. */
  readonly level: number
  readonly count: number
}

/** Nanoseconds that times are off at most when they are calculated with as doubles, whatever the year. */
const DOUBLE_ERROR = 8192

/**
 * Counts the rows of a row group in some times (apart from each other) by bucket and level, from its two columns of time
 * and severity alone.
 */
export function countRows(
  reader: RowReader,
  { segment, group }: { readonly segment: SegmentInfo; readonly group: number },
  times: readonly TimeRange[],
  interval: Nanos | undefined,
): LevelRows[] {
  using open = reader.open(segment, group)
  return times.flatMap((range) => countBetween(open, range, interval))
}

function countBetween(open: GroupReader, { from, to }: TimeRange, interval: Nanos | undefined): LevelRows[] {
  const width = interval ?? to - from
  const base = interval === undefined ? from : floorDiv(from, interval) * interval
  const timeAt = (row: number): Nanos => {
    const time = open.value(OWN_FIELD_IDS.timestamp, row)
    if (typeof time !== 'bigint') throw new Error(`the row ${row} has no time`)
    return time
  }
  const exact = (row: number): number => {
    const time = timeAt(row)
    return time < from || time >= to ? -1 : Number((time - base) / width)
  }
  const counts = tally(open.times(), open.levels(), { from, to, base, width }, exact)
  const firstBucket = interval === undefined ? 0n : base / interval
  return [...counts].map(([key, count]) => ({
    bucket: firstBucket + BigInt(Math.floor(key / LEVEL_SPAN)),
    level: key % LEVEL_SPAN,
    count,
  }))
}

const LEVEL_SPAN = 8

interface Buckets extends TimeRange {
  /** Start of the first bucket, and the width of all. */
  readonly base: Nanos
  readonly width: Nanos
}

/** By bucket * LEVEL_SPAN + level. `exact` gives the bucket of a row, or -1, where doubles cannot tell. */
function tally(
  times: Float64Array,
  levels: Uint8Array,
  { from, to, base, width }: Buckets,
  exact: (row: number) => number,
): Map<number, number> {
  const counts = new Map<number, number>()
  const [low, high, origin, span] = [Number(from), Number(to), Number(base), Number(width)]
  for (let row = 0; row < times.length; row++) {
    const time = times[row] ?? 0
    if (time < low - DOUBLE_ERROR || time > high + DOUBLE_ERROR) continue
    const offset = time - origin
    const bucket = Math.floor(offset / span)
    const inside = offset - bucket * span
    const isSure =
      inside > DOUBLE_ERROR &&
      inside < span - DOUBLE_ERROR &&
      time > low + DOUBLE_ERROR &&
      time < high - DOUBLE_ERROR
    const sure = isSure ? bucket : exact(row)
    if (sure < 0) continue
    const key = sure * LEVEL_SPAN + (levels[row] ?? 0)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

import type { Nanos } from '@heartwood/event'
import type { TimeRange } from '../../port.ts'
import { floorDiv } from '../manifest/level-counts.ts'
import { nearTime, type RowTimes } from './row-times.ts'

/** Rows of one bucket and key. */
export interface BucketedRows {
  /** Bucket start divided by the interval; 0 without one. */
  readonly bucket: bigint
  readonly key: number
  readonly count: number
}

/** What rows are told apart by: a small number for each. */
export interface RowKeys {
  readonly keys: Uint8Array | Uint32Array
  /** All keys are below. */
  readonly end: number
}

/** Nanoseconds that times are off at most when they are calculated with as doubles, whatever the year. */
const DOUBLE_ERROR = 8192

/** Counts those of some rows of a row group that are in a range of time, by bucket and key. */
export function countByBucket(
  times: RowTimes,
  rows: Uint32Array,
  { keys, end }: RowKeys,
  { from, to }: TimeRange,
  interval: Nanos | undefined,
): BucketedRows[] {
  const width = interval ?? to - from
  const base = interval === undefined ? from : floorDiv(from, interval) * interval
  const exact = (row: number): number => {
    const time = times.exact[row] ?? 0n
    return time < from || time >= to ? -1 : Number((time - base) / width)
  }
  const counts = new Map<number, number>()
  const [low, high, origin, span] = [Number(from), Number(to), Number(base), Number(width)]
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] ?? 0
    const time = nearTime(times, row)
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
    const cell = sure * end + (keys[row] ?? 0)
    counts.set(cell, (counts.get(cell) ?? 0) + 1)
  }
  const firstBucket = interval === undefined ? 0n : base / interval
  return [...counts].map(([cell, count]) => ({
    bucket: firstBucket + BigInt(Math.floor(cell / end)),
    key: cell % end,
    count,
  }))
}

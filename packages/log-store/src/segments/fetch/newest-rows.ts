import type { Nanos } from '@heartwood/event'
import type { TimeRange } from '../../port.ts'
import type { RowTimes } from './row-reader.ts'

export interface TimedRow {
  /** Its number in the row group. */
  readonly row: number
  readonly timestamp: Nanos
}

/** The rows of a row group whose time is in a range, and perhaps some at its edges, rising. */
export function rowsWithin({ near }: RowTimes, { from, to }: TimeRange): Uint32Array {
  // As doubles times are in the same order, but near ones may be equal.
  const [oldest, newest] = [Number(from), Number(to)]
  const rows = new Uint32Array(near.length)
  let count = 0
  for (let row = 0; row < near.length; row++) {
    const time = near[row] ?? 0
    if (time >= oldest && time <= newest) rows[count++] = row
  }
  return rows.subarray(0, count)
}

/**
 * Of some rows of a row group those in a range: all that are among the newest `wanted`, those as old as the oldest of them
 * included, and perhaps some more.
 */
export function newestRows(
  { near, exact }: RowTimes,
  rows: Uint32Array,
  { from, to }: TimeRange,
  wanted: number,
): TimedRow[] {
  const oldest = nthNewest(near, rows, Number(from), Number(to), wanted)
  const found: TimedRow[] = []
  for (const row of rows) {
    if ((near[row] ?? 0) < oldest) continue
    const timestamp = exact[row] ?? 0n
    if (timestamp >= from && timestamp < to) found.push({ row, timestamp })
  }
  return found
}

/** The n-th largest of the times that surely lie in the range; its start where there are fewer. */
function nthNewest(times: Float64Array, rows: Uint32Array, from: number, to: number, n: number): number {
  if (rows.length < n) return from
  /** A heap with the least on top. */
  const heap = new Float64Array(n)
  let size = 0
  let least = from
  for (const row of rows) {
    const time = times[row] ?? 0
    if (time <= least || time >= to) continue
    if (size < n) {
      siftUp(heap, size++, time)
    } else {
      siftDown(heap, time)
    }
    if (size === n) least = heap[0] ?? from
  }
  return size < n ? from : (heap[0] ?? from)
}

function siftUp(heap: Float64Array, from: number, value: number): void {
  let at = from
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] ?? 0
    if (above <= value) break
    heap[at] = above
    at = parent
  }
  heap[at] = value
}

/** Puts a value in the place of the least one. */
function siftDown(heap: Float64Array, value: number): void {
  const { length } = heap
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= length) break
    if (child + 1 < length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child++
    const below = heap[child] ?? 0
    if (below >= value) break
    heap[at] = below
    at = child
  }
  heap[at] = value
}

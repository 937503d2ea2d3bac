import type { Nanos } from '@heartwood/event'
import type { SearchOrder, TimeRange } from '../../port.ts'
import { nearTime, type RowTimes } from './row-times.ts'

export interface TimedRow {
  /** Its number in the row group. */
  readonly row: number
  readonly timestamp: Nanos
}

/** The rows of a row group whose time is in a range, and perhaps some at its edges, rising. */
export function rowsWithin(times: RowTimes, { from, to }: TimeRange): Uint32Array {
  // As doubles times are in the same order, but near ones may be equal.
  const [oldest, newest] = [Number(from), Number(to)]
  const { length } = times.exact
  const rows = new Uint32Array(length)
  let count = 0
  for (let row = 0; row < length; row++) {
    const time = nearTime(times, row)
    if (time >= oldest && time <= newest) rows[count++] = row
  }
  return rows.subarray(0, count)
}

/** Which rows of a row group are looked for. */
export interface FirstRows {
  readonly range: TimeRange
  readonly order: SearchOrder
  readonly wanted: number
}

/**
 * Of some rows of a row group those in a range: all that are among the first `wanted` in the order, those with the time of
 * the last of them included, and perhaps some more.
 */
export function firstRows(times: RowTimes, rows: Uint32Array, sought: FirstRows): TimedRow[] {
  const { from, to } = sought.range
  const sign = sought.order === 'newest' ? 1 : -1
  const least = nthLargest(times, rows, sought)
  const found: TimedRow[] = []
  for (const row of rows) {
    if (sign * nearTime(times, row) < least) continue
    const timestamp = times.exact[row] ?? 0n
    if (timestamp >= from && timestamp < to) found.push({ row, timestamp })
  }
  return found
}

/**
 * The n-th largest of the times that surely lie in the range, the least that can be in it where there are fewer. Oldest first
 * they are taken with their sign turned round, so that the first is the largest in either order.
 */
function nthLargest(times: RowTimes, rows: Uint32Array, { range, order, wanted: n }: FirstRows): number {
  const sign = order === 'newest' ? 1 : -1
  const edges = [sign * Number(range.from), sign * Number(range.to)]
  const [from, to] = [Math.min(...edges), Math.max(...edges)]
  if (rows.length < n) return from
  /** A heap with the least on top. */
  const heap = new Float64Array(n)
  let size = 0
  let least = from
  for (const row of rows) {
    const time = sign * nearTime(times, row)
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

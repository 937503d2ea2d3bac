import type { Nanos } from '@heartwood/event'
import type { TimeRange } from '../../port.ts'
import { OWN_FIELD_IDS } from '../manifest/field-catalog.ts'
import type { RowReader } from './row-reader.ts'
import type { RowUnit } from './row-units.ts'

export interface TimedRow {
  /** Its number in the row group. */
  readonly row: number
  readonly timestamp: Nanos
}

/**
 * Rows of a row group in a range: all that are among its newest `wanted`, those as old as the oldest of them included,
 * and perhaps some more.
 */
export function newestRows(
  reader: RowReader,
  { segment, group }: Pick<RowUnit, 'segment' | 'group'>,
  range: TimeRange,
  wanted: number,
): TimedRow[] {
  using open = reader.open(segment, group)
  const times = open.times()
  // As doubles times are in the same order, but near ones may be equal.
  const end = Number(range.to)
  const oldest = nthNewest(times, Number(range.from), end, wanted)
  return rowsBetween(times, oldest, end).flatMap((row) => {
    const timestamp = open.value(OWN_FIELD_IDS.timestamp, row)
    if (typeof timestamp !== 'bigint') throw new Error(`the row ${row} of ${segment.file} has no time`)
    return timestamp >= range.from && timestamp < range.to ? [{ row, timestamp }] : []
  })
}

function rowsBetween(times: Float64Array, oldest: number, newest: number): number[] {
  const rows: number[] = []
  for (let row = 0; row < times.length; row++) {
    const time = times[row] ?? 0
    if (time >= oldest && time <= newest) rows.push(row)
  }
  return rows
}

/** The n-th largest of the times that surely lie in the range; its start where there are fewer. */
function nthNewest(times: Float64Array, from: number, to: number, n: number): number {
  /** A heap with the least on top. */
  const heap = new Float64Array(n)
  let size = 0
  let least = from
  for (let row = 0; row < times.length; row++) {
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

import { type EventBatch, NANOS_PER_DAY, type Nanos, selectRows } from '@heartwood/event'
import { floorDiv } from './level-counts.ts'
import { sortedRows } from './row-order.ts'

/** Days of one commit that get a file of their own; the rows of all others share one. */
export const MAX_DAYS = 16
/** Rows of one file. */
export const MAX_SEGMENT_ROWS = 524_288

export interface SegmentRows {
  /** The UTC day of all rows, as days since 1970, or undefined in the file for stray days. */
  readonly day: Nanos | undefined
  /** Sorted by service, time and id. */
  readonly batch: EventBatch
}

/** Cuts a batch into the files it will be stored as. */
export function segmentRows(batch: EventBatch): SegmentRows[] {
  const largestFirst = [...rowsByDay(batch.timestamp)].sort(([, a], [, b]) => b.length - a.length)
  const stray = largestFirst.slice(MAX_DAYS).flatMap(([, rows]) => rows)
  const groups: { day: Nanos | undefined; rows: number[] }[] = largestFirst
    .slice(0, MAX_DAYS)
    .map(([day, rows]) => ({ day, rows }))
  if (stray.length > 0) groups.push({ day: undefined, rows: stray })
  return groups.flatMap(({ day, rows }) => {
    const sorted = sortedRows(batch, Uint32Array.from(rows))
    const pieces = []
    for (let at = 0; at < sorted.length; at += MAX_SEGMENT_ROWS) {
      pieces.push({ day, batch: selectRows(batch, sorted.subarray(at, at + MAX_SEGMENT_ROWS)) })
    }
    return pieces
  })
}

function rowsByDay(times: BigInt64Array): Map<Nanos, number[]> {
  const days = new Map<Nanos, number[]>()
  let rows: number[] = []
  /** The day of the row before; rows mostly follow rows of the same day. */
  let start = 0n
  let end = 0n
  for (let row = 0; row < times.length; row++) {
    const time = times[row] ?? 0n
    if (time < start || time >= end) {
      const day = floorDiv(time, NANOS_PER_DAY)
      start = day * NANOS_PER_DAY
      end = start + NANOS_PER_DAY
      rows = days.get(day) ?? []
      days.set(day, rows)
    }
    rows.push(row)
  }
  return days
}

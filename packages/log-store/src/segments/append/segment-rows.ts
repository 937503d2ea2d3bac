import { type EventBatch, NANOS_PER_DAY, type Nanos, selectRows } from '@heartwood/event'
import { floorDiv } from '../manifest/level-counts.ts'
import { sortedRows } from './row-order.ts'

/** Days of one commit that get a file of their own; the rows of all others share one. */
export const MAX_DAYS = 16
/** Rows of one file. */
export const MAX_SEGMENT_ROWS = 524_288

export interface SegmentRows {
  /** The UTC day of all rows, as days since 1970, or undefined in the file for stray days. */
  readonly day: Nanos | undefined
  /** As `sortedRows` has them. */
  readonly batch: EventBatch
}

/** Cuts a batch into the files it will be stored as. */
export function segmentRows(batch: EventBatch): SegmentRows[] {
  return rowsByDay(batch.timestamp).flatMap(({ day, rows }) => {
    const sorted = sortedRows(batch, rows)
    const pieces = []
    for (let at = 0; at < sorted.length; at += MAX_SEGMENT_ROWS) {
      pieces.push({ day, batch: selectRows(batch, sorted.subarray(at, at + MAX_SEGMENT_ROWS)) })
    }
    return pieces
  })
}

/** The rows of each day, and those of all days past the limit together, as `day` undefined. */
function rowsByDay(times: BigInt64Array): { readonly day: Nanos | undefined; readonly rows: Uint32Array }[] {
  const stretches = stretchesOfDays(times)
  const count = new Map<Nanos, number>()
  for (const { day, from, to } of stretches) count.set(day, (count.get(day) ?? 0) + to - from)
  const largestFirst = [...count].sort(([, a], [, b]) => b - a)
  const own = largestFirst.slice(0, MAX_DAYS).map(([day]) => day)
  const stray = largestFirst.slice(MAX_DAYS).map(([day]) => day)
  return [
    ...own.map((day) => ({ day, rows: rowsOfDays(stretches, new Set([day])) })),
    ...(stray.length > 0 ? [{ day: undefined, rows: rowsOfDays(stretches, new Set(stray)) }] : []),
  ]
}

/** Rows that follow each other on the same day. */
interface Stretch {
  readonly day: Nanos
  readonly from: number
  readonly to: number
}

function stretchesOfDays(times: BigInt64Array): Stretch[] {
  // As little-endian halves, since each BigInt would be an allocation.
  const halves = new Int32Array(times.buffer, times.byteOffset, times.length * 2)
  const stretches: Stretch[] = []
  for (let from = 0; from < times.length; ) {
    const day = floorDiv(times[from] ?? 0n, NANOS_PER_DAY)
    const to = endOfDay(halves, from + 1, day * NANOS_PER_DAY)
    stretches.push({ day, from, to })
    from = to
  }
  return stretches
}

/** The first row from `from` on whose time is not on the day that starts at `start`. */
function endOfDay(halves: Int32Array, from: number, start: Nanos): number {
  const high = Number(start >> 32n)
  const low = Number(start & 0xffff_ffffn)
  let row = from
  for (; row * 2 < halves.length; row++) {
    // Exact for times about that day, which is all that matters.
    const since = ((halves[row * 2 + 1] ?? 0) - high) * 2 ** 32 + (((halves[row * 2] ?? 0) >>> 0) - low)
    if (since < 0 || since >= DAY) break
  }
  return row
}

const DAY = Number(NANOS_PER_DAY)

function rowsOfDays(stretches: readonly Stretch[], days: ReadonlySet<Nanos>): Uint32Array {
  const chosen = stretches.filter(({ day }) => days.has(day))
  const rows = new Uint32Array(chosen.reduce((sum, { from, to }) => sum + to - from, 0))
  let at = 0
  for (const { from, to } of chosen) for (let row = from; row < to; row++) rows[at++] = row
  return rows
}

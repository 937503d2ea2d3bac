import { type EventBatch, NANOS_PER_DAY, type Nanos, selectRows, textAt } from '@heartwood/event'
import { floorDiv } from './level-counts.ts'

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
  const days = new Map<Nanos, number[]>()
  for (let row = 0; row < batch.length; row++) {
    const day = floorDiv(batch.timestamp[row] ?? 0n, NANOS_PER_DAY)
    const rows = days.get(day)
    if (rows === undefined) days.set(day, [row])
    else rows.push(row)
  }
  const largestFirst = [...days].sort(([, a], [, b]) => b.length - a.length)
  const stray = largestFirst.slice(MAX_DAYS).flatMap(([, rows]) => rows)
  const order = sortOrder(batch)
  const groups: { day: Nanos | undefined; rows: number[] }[] = largestFirst
    .slice(0, MAX_DAYS)
    .map(([day, rows]) => ({ day, rows }))
  if (stray.length > 0) groups.push({ day: undefined, rows: stray })
  return groups.flatMap(({ day, rows }) => {
    const sorted = Uint32Array.from(rows).sort(order)
    const pieces = []
    for (let at = 0; at < sorted.length; at += MAX_SEGMENT_ROWS) {
      pieces.push({ day, batch: selectRows(batch, sorted.subarray(at, at + MAX_SEGMENT_ROWS)) })
    }
    return pieces
  })
}

/** Compares rows by service (none first), time and id. */
function sortOrder(batch: EventBatch): (a: number, b: number) => number {
  const services = batch.text.get('service')
  const rank = services === undefined ? undefined : rankOf(services.values)
  const rankAt = (row: number) => rank?.[services?.codes[row] ?? 0] ?? 0
  return (a, b) => {
    const byService = rankAt(a) - rankAt(b)
    if (byService !== 0) return byService
    const timeA = batch.timestamp[a] ?? 0n
    const timeB = batch.timestamp[b] ?? 0n
    if (timeA !== timeB) return timeA < timeB ? -1 : 1
    const idA = textAt(batch.id, a) ?? ''
    const idB = textAt(batch.id, b) ?? ''
    return idA < idB ? -1 : idA > idB ? 1 : 0
  }
}

/** Of each dictionary code, its place in the order of the values; 0 for "no value". */
function rankOf(values: readonly string[]): Uint32Array {
  const codes = values.map((_, code) => code).slice(1)
  codes.sort((a, b) => ((values[a] ?? '') < (values[b] ?? '') ? -1 : 1))
  const rank = new Uint32Array(values.length)
  for (const [place, code] of codes.entries()) rank[code] = place + 1
  return rank
}

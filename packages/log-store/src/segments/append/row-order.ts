import { compareBytes, type EventBatch, LEVELS, type TextValues, viewOf } from '@heartwood/event'
import { LEVEL_OF_SEVERITY } from '../manifest/level-counts.ts'
import { timeOffsets } from './time-offsets.ts'

type Compare = (a: number, b: number) => number

/**
 * Rows of a slice: so many of about one time stand together. The newest rows of a row group lie in few of its pages then,
 * those of a level in few of a slice's, and those of a service and level still beside each other.
 */
export const SLICE_ROWS = 4096

/**
 * Some rows of a batch, cut into slices of about SLICE_ROWS by their time, and in each in the order of their level (the
 * lowest first, none last), service (none first), time and id; texts in the order of their UTF-8.
 */
export function sortedRows(batch: EventBatch, rows: Uint32Array, sliceRows = SLICE_ROWS): Uint32Array {
  const byTime = byTimeIn(batch.timestamp)
  const slices = slicesOf(batch.length, rows, byTime, sliceRows)
  const levels = levelsOf(batch)
  const services = servicesOf(batch)
  const order = groupedBy(slices, groupedBy(levels, groupedBy(services, rows)))
  const compare = byTimeAndId(batch, byTime)
  const isApart = (one: number, other: number) =>
    slices.of[one] !== slices.of[other] ||
    levels.of[one] !== levels.of[other] ||
    services.of[one] !== services.of[other]
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && !isApart(order[start] ?? 0, order[end] ?? 0)) end++
    const part = order.subarray(start, end)
    if (!isSorted(part, compare)) part.sort(compare)
    start = end
  }
  return order
}

/** What rows are grouped by: by row a number below `count`. */
interface Groups {
  readonly of: Uint32Array | Uint8Array
  readonly count: number
}

/** Rows of a slice that are looked at to find the times that slices are cut at. */
const SAMPLES = 128

/** Slices in the order of time; rows of the same time are in the same one. */
function slicesOf(size: number, rows: Uint32Array, compare: Compare, sliceRows: number): Groups {
  const of = new Uint32Array(size)
  const count = Math.max(1, Math.round(rows.length / sliceRows))
  const step = Math.max(1, Math.floor(sliceRows / SAMPLES))
  const samples = Math.floor(rows.length / step)
  const sample = Uint32Array.from({ length: samples }, (_, index) => rows[index * step] ?? 0).sort(compare)
  /** The first row of each slice but the oldest. */
  const cuts = Array.from(
    { length: count - 1 },
    (_, index) => sample[Math.floor(((index + 1) * samples) / count)] ?? 0,
  )
  const isFrom = (row: number, cut: number | undefined) => cut !== undefined && compare(row, cut) >= 0
  // Rows mostly follow rows of the same slice.
  let slice = 0
  for (const row of rows) {
    while (isFrom(row, cuts[slice])) slice++
    while (slice > 0 && !isFrom(row, cuts[slice - 1])) slice--
    of[row] = slice
  }
  return { of, count }
}

/** Levels in the order of LEVELS. */
function levelsOf({ severity_number }: EventBatch): Groups {
  return { of: severity_number.map((severity) => LEVEL_OF_SEVERITY[severity] ?? 0), count: LEVELS.length }
}

/** Services in their order. */
function servicesOf(batch: EventBatch): Groups {
  const services = batch.text.get('service')
  if (services === undefined) return { of: new Uint32Array(batch.length), count: 1 }
  const rank = rankOf(services.values)
  return { of: services.codes.map((code) => rank[code] ?? 0), count: rank.length }
}

/** The rows in the order of their groups, those of one group as they were. */
function groupedBy({ of, count }: Groups, rows: Uint32Array): Uint32Array {
  if (count === 1) return rows.slice()
  /** Of each group the rows in it, then the place of the next of them. */
  const places = new Uint32Array(count)
  for (let i = 0; i < rows.length; i++) {
    const group = of[rows[i] ?? 0] ?? 0
    places[group] = (places[group] ?? 0) + 1
  }
  let start = 0
  for (let group = 0; group < count; group++) {
    const length = places[group] ?? 0
    places[group] = start
    start += length
  }
  const order = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    const group = of[row] ?? 0
    const place = places[group] ?? 0
    order[place] = row
    places[group] = place + 1
  }
  return order
}

/** Of each dictionary code, its place in the order of the values, equal ones together; 0 for "no value". */
function rankOf(values: TextValues): Uint32Array {
  const compare = comparerOf(values)
  const codes = Uint32Array.from({ length: values.length - 1 }, (_, index) => index + 1).sort(compare)
  const rank = new Uint32Array(values.length)
  let place = 0
  for (const [index, code] of codes.entries()) {
    if (index === 0 || compare(codes[index - 1] ?? 0, code) !== 0) place++
    rank[code] = place
  }
  return rank
}

/** The order of codes by the UTF-8 of their texts. */
function comparerOf(values: TextValues): Compare {
  const { bytes, starts, lengths } = values.utf8()
  const words = viewOf(bytes)
  return (a, b) => compareBytes(words, starts[a] ?? 0, lengths[a] ?? 0, starts[b] ?? 0, lengths[b] ?? 0)
}

function byTimeAndId(batch: EventBatch, byTime: Compare): Compare {
  const { codes, values } = batch.id
  const byText = comparerOf(values)
  return (a, b) => byTime(a, b) || byText(codes[a] ?? 0, codes[b] ?? 0)
}

function byTimeIn(times: BigInt64Array): Compare {
  const offsets = timeOffsets(times, times[0] ?? 0n)
  if (offsets !== undefined) return (a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0)
  return (a, b) => {
    const timeA = times[a] ?? 0n
    const timeB = times[b] ?? 0n
    return timeA < timeB ? -1 : timeA > timeB ? 1 : 0
  }
}

function isSorted(rows: Uint32Array, compare: Compare): boolean {
  for (let i = 1; i < rows.length; i++) {
    if (compare(rows[i - 1] ?? 0, rows[i] ?? 0) > 0) return false
  }
  return true
}

import { compareBytes, type EventBatch, type TextValues, viewOf } from '@heartwood/event'

type Compare = (a: number, b: number) => number

/** Some rows of a batch in the order of their service (none first), time and id; texts in the order of their UTF-8. */
export function sortedRows(batch: EventBatch, rows: Uint32Array): Uint32Array {
  const { order, starts } = byService(batch, rows)
  const compare = byTimeAndId(batch)
  for (const [index, start] of starts.entries()) {
    const part = order.subarray(start, starts[index + 1] ?? order.length)
    if (!isSorted(part, compare)) part.sort(compare)
  }
  return order
}

/** The rows grouped by service, services in order, and where each group starts. */
function byService(batch: EventBatch, rows: Uint32Array): { order: Uint32Array; starts: number[] } {
  const services = batch.text.get('service')
  if (services === undefined) return { order: rows.slice(), starts: [0] }
  const rank = rankOf(services.values)
  /** Of each rank the rows with it, then the place of the next of them. */
  const places = new Uint32Array(services.values.length)
  for (let i = 0; i < rows.length; i++) {
    const at = rank[services.codes[rows[i] ?? 0] ?? 0] ?? 0
    places[at] = (places[at] ?? 0) + 1
  }
  const starts: number[] = []
  let start = 0
  for (let at = 0; at < places.length; at++) {
    const count = places[at] ?? 0
    places[at] = start
    if (count > 0) starts.push(start)
    start += count
  }
  const order = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    const at = rank[services.codes[row] ?? 0] ?? 0
    const place = places[at] ?? 0
    order[place] = row
    places[at] = place + 1
  }
  return { order, starts }
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

function byTimeAndId(batch: EventBatch): Compare {
  const byTime = byTimeIn(batch.timestamp)
  const { codes, values } = batch.id
  const byText = comparerOf(values)
  return (a, b) => byTime(a, b) || byText(codes[a] ?? 0, codes[b] ?? 0)
}

function byTimeIn(times: BigInt64Array): Compare {
  const offsets = offsetsFromFirst(times)
  if (offsets !== undefined) return (a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0)
  return (a, b) => {
    const timeA = times[a] ?? 0n
    const timeB = times[b] ?? 0n
    return timeA < timeB ? -1 : timeA > timeB ? 1 : 0
  }
}

/** Times as distances from the first, or undefined where a double does not hold one: farther than 104 days. */
function offsetsFromFirst(times: BigInt64Array): Float64Array | undefined {
  // As little-endian halves, since each BigInt would be an allocation.
  const halves = new Int32Array(times.buffer, times.byteOffset, times.length * 2)
  const offsets = new Float64Array(times.length)
  const low = (halves[0] ?? 0) >>> 0
  const high = halves[1] ?? 0
  for (let row = 0; row < times.length; row++) {
    const offset =
      ((halves[row * 2 + 1] ?? 0) - high) * 0x1_0000_0000 + (((halves[row * 2] ?? 0) >>> 0) - low)
    if (Math.abs(offset) > Number.MAX_SAFE_INTEGER) return undefined
    offsets[row] = offset
  }
  return offsets
}

function isSorted(rows: Uint32Array, compare: Compare): boolean {
  for (let i = 1; i < rows.length; i++) {
    if (compare(rows[i - 1] ?? 0, rows[i] ?? 0) > 0) return false
  }
  return true
}

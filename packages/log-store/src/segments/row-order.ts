import { type EventBatch, perValue, type TextValues, textAt } from '@heartwood/event'

type Compare = (a: number, b: number) => number

/** Some rows of a batch in the order of their service (none first), time and id. */
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

/** Of each dictionary code, its place in the order of the values; 0 for "no value". */
function rankOf(values: TextValues): Uint32Array {
  const texts = perValue(values, (text) => text)
  const codes = Array.from(texts.keys()).slice(1)
  codes.sort((a, b) => ((texts[a] ?? '') < (texts[b] ?? '') ? -1 : 1))
  const rank = new Uint32Array(values.length)
  for (const [place, code] of codes.entries()) rank[code] = place + 1
  return rank
}

function byTimeAndId(batch: EventBatch): Compare {
  const byTime = byTimeIn(batch.timestamp)
  return (a, b) => {
    const difference = byTime(a, b)
    if (difference !== 0) return difference
    const idA = textAt(batch.id, a) ?? ''
    const idB = textAt(batch.id, b) ?? ''
    return idA < idB ? -1 : idA > idB ? 1 : 0
  }
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

/** The smallest and the largest value of a chunk, PLAIN without a length, as in Parquet's Statistics. */
export interface Bounds {
  readonly min: Uint8Array
  readonly max: Uint8Array
  /** Not exact: a cut text that is smaller than the smallest or larger than the largest value. */
  readonly minExact: boolean
  readonly maxExact: boolean
}

/** Bytes of a text that are kept in a bound: ids fit, messages do not. */
const MAX_BOUND_BYTES = 48

/** Bounds of 64-bit integers given as little-endian pairs of halves. */
export function int64Bounds(halves: Uint32Array): Bounds | undefined {
  if (halves.length === 0) return undefined
  let min = 0
  let max = 0
  for (let at = 2; at < halves.length; at += 2) {
    if (isLess(halves, at, min)) min = at
    else if (isLess(halves, max, at)) max = at
  }
  const bytes = (at: number) => new Uint8Array(halves.slice(at, at + 2).buffer)
  return { min: bytes(min), max: bytes(max), minExact: true, maxExact: true }
}

function isLess(halves: Uint32Array, a: number, b: number): boolean {
  const highA = (halves[a + 1] ?? 0) | 0
  const highB = (halves[b + 1] ?? 0) | 0
  return highA < highB || (highA === highB && (halves[a] ?? 0) < (halves[b] ?? 0))
}

/**
 * Bounds of doubles. None where one is NaN, for which Parquet has no order and DuckDB another one; a zero is -0 as the
 * smallest and +0 as the largest value, since they are equal.
 * https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift (ColumnOrder)
 */
export function doubleBounds(values: Float64Array): Bounds | undefined {
  if (values.length === 0) return undefined
  let min = values[0] ?? 0
  let max = min
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    if (Number.isNaN(value)) return undefined
    if (value < min) min = value
    if (value > max) max = value
  }
  const bytes = (value: number) => new Uint8Array(Float64Array.of(value).buffer)
  return { min: bytes(min === 0 ? -0 : min), max: bytes(max === 0 ? 0 : max), minExact: true, maxExact: true }
}

/** Bounds of well-formed texts in the order of their UTF-8 bytes, which is that of their code points. */
export class TextBounds {
  #min: string | undefined
  #max = ''

  add(texts: readonly string[]): void {
    let min = this.#min ?? texts[0]
    if (min === undefined) return
    let max = this.#min === undefined ? min : this.#max
    for (const text of texts) {
      if (compareCodePoints(text, min) < 0) min = text
      else if (compareCodePoints(text, max) > 0) max = text
    }
    this.#min = min
    this.#max = max
  }

  /** Undefined where no text was added. */
  finish(): Bounds | undefined {
    const min = this.#min
    if (min === undefined) return undefined
    const max = this.#max
    const cutMin = cut(min)
    const cutMax = cut(max)
    // Above U+10FFFF, over and over, there is nothing: then the whole text has to do.
    const upper = cutMax === max ? max : (successor(cutMax) ?? max)
    return {
      min: Buffer.from(cutMin),
      max: Buffer.from(upper),
      minExact: cutMin === min,
      maxExact: upper === max,
    }
  }
}

/** UTF-16 has surrogates before U+E000 to U+FFFF, code points and UTF-8 have them after. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const unitA = a.charCodeAt(i)
    const unitB = b.charCodeAt(i)
    if (unitA !== unitB) return orderOf(unitA) - orderOf(unitB)
  }
  return a.length - b.length
}

function orderOf(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** The longest start of whole code points within the limit. */
function cut(text: string): string {
  if (text.length * 3 <= MAX_BOUND_BYTES) return text
  let bytes = 0
  let end = 0
  for (const point of text.slice(0, MAX_BOUND_BYTES + 1)) {
    bytes += Buffer.byteLength(point)
    if (bytes > MAX_BOUND_BYTES) return text.slice(0, end)
    end += point.length
  }
  return text
}

/** The smallest text above all that begin with `start`, or undefined where there is none. */
function successor(start: string): string | undefined {
  const points = [...start]
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0) ?? 0
    if (point === 0x10ffff) continue
    return points.join('') + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1)
  }
  return undefined
}

import { compareBytes, viewOf } from '@heartwood/event'

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

/** Bounds of texts in the order of their UTF-8 bytes, which is that of their code points. */
export class TextBounds {
  readonly #bytes: Buffer
  readonly #words: DataView
  #count = 0
  // Where the smallest and the largest text lie, and the four bytes they begin with.
  #minStart = 0
  #minLength = 0
  #minPrefix = 0
  #maxStart = 0
  #maxLength = 0
  #maxPrefix = 0

  /** @param bytes where the texts lie: well-formed UTF-8 */
  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#words = viewOf(bytes)
  }

  /** Adds the text at `start`. */
  add(start: number, length: number): void {
    const words = this.#words
    // Most texts differ from both bounds in these.
    const prefix = length >= 4 ? words.getUint32(start, false) : shortPrefix(words, start, length)
    if (this.#count++ === 0) {
      this.#setMin(start, length, prefix)
      this.#setMax(start, length, prefix)
      return
    }
    if (prefix <= this.#minPrefix) {
      if (prefix < this.#minPrefix || compareBytes(words, start, length, this.#minStart, this.#minLength) < 0)
        this.#setMin(start, length, prefix)
    }
    if (prefix >= this.#maxPrefix) {
      if (prefix > this.#maxPrefix || compareBytes(words, start, length, this.#maxStart, this.#maxLength) > 0)
        this.#setMax(start, length, prefix)
    }
  }

  /** Undefined where no text was added. */
  finish(): Bounds | undefined {
    if (this.#count === 0) return undefined
    const min = this.#bytes.toString('utf8', this.#minStart, this.#minStart + this.#minLength)
    const max = this.#bytes.toString('utf8', this.#maxStart, this.#maxStart + this.#maxLength)
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

  #setMin(start: number, length: number, prefix: number): void {
    this.#minStart = start
    this.#minLength = length
    this.#minPrefix = prefix
  }

  #setMax(start: number, length: number, prefix: number): void {
    this.#maxStart = start
    this.#maxLength = length
    this.#maxPrefix = prefix
  }
}

/** The first four bytes of a text that has fewer, as if zeros followed: never above what longer ones give. */
function shortPrefix(words: DataView, start: number, length: number): number {
  let prefix = 0
  for (let i = 0; i < 4; i++) prefix = prefix * 256 + (i < length ? words.getUint8(start + i) : 0)
  return prefix
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

import { copyBytes, viewOf } from '@heartwood/event'

/** A piece of JSON text that is made once and written many times. */
export interface Piece {
  readonly words: DataView
  readonly length: number
}

export function pieceOf(json: string): Piece {
  const bytes = Buffer.from(json)
  return { words: viewOf(bytes), length: bytes.length }
}

/** A unit of UTF-16 is three bytes at most. */
const MAX_UNIT_BYTES = 3
/** A call of native code costs more than writing fewer units one by one. */
const NATIVE_FROM = 32
const FIRST_BYTES = 1_024
const [QUOTE, ZERO] = [0x22, 0x30]
const MAX_INT32 = 2 ** 31 - 1

/** JSON text that is being written, as UTF-8: strings of it would be made, joined and thrown away for every event. */
export class JsonBytes {
  #bytes: Buffer
  #words: DataView
  #end = 0

  /** @param firstBytes how many are to be expected */
  constructor(firstBytes = FIRST_BYTES) {
    this.#bytes = Buffer.allocUnsafeSlow(firstBytes)
    this.#words = viewOf(this.#bytes)
  }

  /** How many bytes were written. */
  get end(): number {
    return this.#end
  }

  /** What was written; not to be written to any more. */
  written(): Buffer {
    return this.#bytes.subarray(0, this.#end)
  }

  /** Forgets what was written. */
  clear(): void {
    this.#end = 0
  }

  piece({ words, length }: Piece): void {
    this.bytes(words, 0, length)
  }

  bytes(from: DataView, start: number, length: number): void {
    this.#room(length)
    copyBytes(from, start, this.#words, this.#end, length)
    this.#end += length
  }

  /** What another has written between two places. */
  partOf(other: JsonBytes, start: number, end: number): void {
    this.bytes(other.#words, start, end - start)
  }

  /** Bytes that stand in JSON as they are, in quotes. */
  quoted(from: DataView, start: number, length: number): void {
    this.#room(length + 2)
    this.#bytes[this.#end] = QUOTE
    copyBytes(from, start, this.#words, this.#end + 1, length)
    this.#bytes[this.#end + 1 + length] = QUOTE
    this.#end += length + 2
  }

  /** @param value an integer from 0 to 2^53 */
  digits(value: number): void {
    if (value > MAX_INT32) {
      this.text(String(value))
      return
    }
    let length = 1
    for (let limit = 10; value >= limit; limit *= 10) length++
    this.#room(length)
    let left = value | 0
    for (let at = this.#end + length - 1; at >= this.#end; at--) {
      const tenth = (left / 10) | 0
      this.#bytes[at] = ZERO + left - tenth * 10
      left = tenth
    }
    this.#end += length
  }

  text(text: string): void {
    this.#room(text.length * MAX_UNIT_BYTES)
    if (text.length >= NATIVE_FROM || !this.#ascii(text))
      this.#end += this.#bytes.write(text, this.#end, 'utf8')
  }

  /** Room for so many bytes, which `put` writes from the place it is given. */
  put(length: number, put: (bytes: Uint8Array, at: number) => void): void {
    this.#room(length)
    put(this.#bytes, this.#end)
    this.#end += length
  }

  /** Whether the text was ASCII, and so is written. */
  #ascii(text: string): boolean {
    const { length } = text
    for (let at = 0; at < length; at++) {
      const unit = text.charCodeAt(at)
      if (unit >= 0x80) return false
      this.#bytes[this.#end + at] = unit
    }
    this.#end += length
    return true
  }

  #room(length: number): void {
    if (this.#end + length <= this.#bytes.length) return
    const larger = Buffer.allocUnsafeSlow(Math.ceil((this.#end + length) * 1.5))
    this.#bytes.copy(larger, 0, 0, this.#end)
    this.#bytes = larger
    this.#words = viewOf(larger)
  }
}

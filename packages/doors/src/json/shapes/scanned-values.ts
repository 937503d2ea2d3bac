import { HASH_SEED, hashEnd, hashWord, isScalar, type Scalar } from '@heartwood/event'
import type { ByteStore } from '../../columns/byte-store.ts'
import type { EventWriter, LeafPlace } from '../../columns/event-writer.ts'
import { BACKSLASH, CLOSE_BRACKET, OPEN_BRACE, OPEN_BRACKET, QUOTE } from '../../framing/bytes.ts'
import { parseJson } from '../../framing/index.ts'
import { endsPlainText } from './plain-text.ts'
import { unescapeJson } from './unescape-json.ts'

/** The most values of a line that is read by its shape. */
export const MAX_VALUES = 512

const STRING = 1
const NUMBER = 2
const BOOLEAN = 3
const NULL = 4
/** What is read the plain way: arrays, numbers with an exponent or more digits than a double surely holds. */
const PLAIN = 5

/** Integers and decimals with so many digits are exact: both the digits and the power of ten fit a double (W. D. Clinger). */
const EXACT_DIGITS = 15
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS + 1 }, (_, n) => 10 ** n)

/**
 * The values of one line, read from its bytes but not yet written: a line may turn out to be none of the known shapes at
 * its very end, and then nothing of it must be in the columns.
 */
export class ScannedValues {
  readonly #store: ByteStore
  readonly #kinds = new Uint8Array(MAX_VALUES)
  /** Strings: address, length and hash. */
  readonly #strings = new Int32Array(MAX_VALUES * 3)
  readonly #numbers = new Float64Array(MAX_VALUES)
  #plain: (Scalar | Scalar[])[] = []
  #plainWritten = 0

  constructor(store: ByteStore) {
    this.#store = store
  }

  /** Reads the value that begins at `at` as number `slot` of the line; gives where it ends, or -1 where it is unusual. */
  scan(at: number, end: number, slot: number): number {
    const first = this.#store.bytes[at] ?? 0
    if (first === QUOTE) return this.#scanString(at + 1, end, slot)
    if (first === MINUS || (first >= ZERO && first <= NINE)) return this.#scanNumber(at, end, slot)
    if (first === OPEN_BRACKET) return this.#scanArray(at, end, slot)
    return this.#scanWord(at, end, slot)
  }

  /** Forgets the values of a line that is not written. */
  clear(): void {
    if (this.#plain.length > 0) this.#plain = []
  }

  /** Writes value `slot` of the line to its place. */
  write(slot: number, leaf: LeafPlace, writer: EventWriter): void {
    const at = slot * 3
    switch (this.#kinds[slot]) {
      case STRING:
        writer.bytes(leaf, this.#strings[at] ?? 0, this.#strings[at + 1] ?? 0, this.#strings[at + 2] ?? 0)
        break
      case NUMBER:
        writer.number(leaf, this.#numbers[slot] ?? 0)
        break
      case BOOLEAN:
        writer.value(leaf, this.#numbers[slot] === 1)
        break
      case PLAIN: {
        const value = this.#plain[this.#numbers[slot] ?? 0]
        if (value === undefined) break
        writer.value(leaf, value)
        this.#plainWritten++
      }
    }
  }

  /** How many values that were written had been read the plain way. */
  get plainWritten(): number {
    return this.#plainWritten
  }

  #scanString(from: number, end: number, slot: number): number {
    const { bytes, words } = this.#store
    let hash = HASH_SEED
    let at = from
    for (; at + 4 <= end; at += 4) {
      const word = words.getInt32(at, true)
      if (endsPlainText(word)) break
      hash = hashWord(hash, word)
    }
    // What ends the string is among the next four bytes, so these are the bytes hashed one by one.
    for (; at < end; at++) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) {
        this.#setString(slot, from, at - from, hashEnd(hash))
        return at + 1
      }
      if (byte === BACKSLASH) return this.#scanEscaped(from, at, end, slot)
      // JSON has no control characters in strings.
      if (byte < SPACE) return -1
      hash = hashWord(hash, byte)
    }
    return -1
  }

  /** A string with its first backslash at `backslash`. */
  #scanEscaped(from: number, backslash: number, end: number, slot: number): number {
    const { bytes } = this.#store
    let close = backslash
    while (close < end && bytes[close] !== QUOTE) close += bytes[close] === BACKSLASH ? 2 : 1
    if (close >= end) return -1
    const address = unescapeJson(this.#store, from, close)
    if (address === undefined) return -1
    this.#setString(slot, address, this.#store.length, this.#store.hash)
    return close + 1
  }

  #setString(slot: number, address: number, length: number, hash: number): void {
    this.#kinds[slot] = STRING
    this.#strings[slot * 3] = address
    this.#strings[slot * 3 + 1] = length
    this.#strings[slot * 3 + 2] = hash
  }

  #scanNumber(from: number, end: number, slot: number): number {
    const { bytes } = this.#store
    const negative = bytes[from] === MINUS
    const whole = negative ? from + 1 : from
    let value = 0
    let at = whole
    for (; at < end; at++) {
      const digit = (bytes[at] ?? 0) - ZERO
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    let digits = at - whole
    if (digits === 0 || (digits > 1 && bytes[whole] === ZERO)) return -1
    let decimals = 0
    if (at < end && bytes[at] === DOT) {
      const fraction = ++at
      for (; at < end; at++) {
        const digit = (bytes[at] ?? 0) - ZERO
        if (digit < 0 || digit > 9) break
        value = value * 10 + digit
      }
      decimals = at - fraction
      if (decimals === 0) return -1
      digits += decimals
    }
    const exponent = at < end && ((bytes[at] ?? 0) | 0x20) === LETTER_E
    if (exponent || digits > EXACT_DIGITS) return this.#scanPlainNumber(from, end, slot)
    if (decimals > 0) value /= POWERS_OF_TEN[decimals] ?? 1
    this.#kinds[slot] = NUMBER
    this.#numbers[slot] = negative ? -value : value
    return at
  }

  /** A number that is not worth code of its own. */
  #scanPlainNumber(from: number, end: number, slot: number): number {
    let at = from
    while (at < end && IN_NUMBER[this.#store.bytes[at] ?? 0] === 1) at++
    // A white space before the digits makes parseJson see where a long integer begins.
    const value = parseJson(` ${this.#store.text(from, at - from)}`)?.value
    return typeof value === 'number' || typeof value === 'bigint' ? this.#setPlain(slot, value, at) : -1
  }

  /** An array of scalars without escapes; others make their whole line be read the plain way. */
  #scanArray(from: number, end: number, slot: number): number {
    const { bytes } = this.#store
    let quoted = false
    for (let at = from + 1; at < end; at++) {
      const byte = bytes[at] ?? 0
      if (byte === BACKSLASH) return -1
      if (byte === QUOTE) quoted = !quoted
      else if (quoted) continue
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return -1
      else if (byte === CLOSE_BRACKET) {
        const values = parseJson(this.#store.text(from, at + 1 - from))?.value
        return Array.isArray(values) ? this.#setPlain(slot, values.filter(isScalar), at + 1) : -1
      }
    }
    return -1
  }

  #setPlain(slot: number, value: Scalar | Scalar[], end: number): number {
    this.#kinds[slot] = PLAIN
    this.#numbers[slot] = this.#plain.push(value) - 1
    return end
  }

  #scanWord(at: number, end: number, slot: number): number {
    if (this.#isWord(TRUE, at, end)) {
      this.#kinds[slot] = BOOLEAN
      this.#numbers[slot] = 1
      return at + 4
    }
    if (this.#isWord(FALSE, at, end)) {
      this.#kinds[slot] = BOOLEAN
      this.#numbers[slot] = 0
      return at + 5
    }
    if (!this.#isWord(NOTHING, at, end)) return -1
    this.#kinds[slot] = NULL
    return at + 4
  }

  #isWord(word: Uint8Array, at: number, end: number): boolean {
    if (at + word.length > end) return false
    for (let i = 0; i < word.length; i++) if (this.#store.bytes[at + i] !== word[i]) return false
    return true
  }
}

const SPACE = 0x20
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const LETTER_E = 0x65
const TRUE = Buffer.from('true')
const FALSE = Buffer.from('false')
const NOTHING = Buffer.from('null')
const IN_NUMBER = new Uint8Array(256)
for (const byte of Buffer.from('+-.0123456789Ee')) IN_NUMBER[byte] = 1

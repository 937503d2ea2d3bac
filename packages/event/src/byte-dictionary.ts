import { sameBytes } from './byte-words.ts'
import { type TextValues, utf8Values } from './text-values.ts'

/** Bytes that texts lie in. They may move as more come; `words` is a view of them. */
export interface ByteSource {
  readonly bytes: Buffer
  readonly words: DataView
}

/** More entries looked at than chance would bring about: somebody found strings that collide. */
const MAX_PROBES = 256
/** As many different strings of one length with the very same hash do not happen by chance either. */
const MAX_SAME_HASH = 8
const FIRST_CAPACITY = 16
const GROWTH = 4

/**
 * Codes for the texts of a column, looked up by their bytes: no string is made. An open hash table; where texts collide
 * on purpose, a Map, whose hash nobody can foresee, takes over.
 */
export class ByteDictionary {
  readonly #source: ByteSource
  readonly #most: number
  #size = 1
  #table = new Int32Array(2 * FIRST_CAPACITY)
  // By code.
  #starts = new Uint32Array(FIRST_CAPACITY)
  #lengths = new Uint32Array(FIRST_CAPACITY)
  #hashes = new Int32Array(FIRST_CAPACITY)
  #byText: Map<string, number> | undefined

  /** @param most how many texts there can be */
  constructor(source: ByteSource, most: number) {
    this.#source = source
    this.#most = most
  }

  /** Codes given out, the 0 of "no value" included. */
  get length(): number {
    return this.#size
  }

  /** The code of the text that lies at `start` for `length` bytes; `hash` is that of `hashBytes`. */
  codeOf(start: number, length: number, hash: number): number {
    if (this.#byText !== undefined) return this.#mapped(this.#byText, start, length)
    const mask = this.#table.length - 1
    let slot = hash & mask
    let same = 0
    for (let probes = 0; ; probes++) {
      const code = this.#table[slot] ?? 0
      if (code === 0) break
      if (this.#hashes[code] === hash && this.#lengths[code] === length) {
        const { words } = this.#source
        if (sameBytes(words, this.#starts[code] ?? 0, words, start, length)) return code
        same++
      }
      if (probes === MAX_PROBES || same === MAX_SAME_HASH) return this.#mapped(this.#toMap(), start, length)
      slot = (slot + 1) & mask
    }
    const code = this.#add(start, length, hash)
    this.#table[slot] = code
    // Half full at most.
    if (code * 2 >= this.#table.length) this.#rehash()
    return code
  }

  /** A new code for a text, known or not. After that the dictionary must not be asked for codes any more. */
  append(start: number, length: number): number {
    return this.#add(start, length, 0)
  }

  /** What the codes stand for; the bytes are not copied. */
  values(): TextValues {
    const starts = this.#starts.subarray(0, this.#size)
    const lengths = this.#lengths.subarray(0, this.#size)
    return utf8Values({ bytes: this.#source.bytes, starts, lengths })
  }

  #add(start: number, length: number, hash: number): number {
    const code = this.#size++
    if (code === this.#starts.length) {
      const capacity = Math.max(code + 1, Math.min(this.#most + 1, code * GROWTH))
      this.#starts = grown(this.#starts, capacity, Uint32Array)
      this.#lengths = grown(this.#lengths, capacity, Uint32Array)
      this.#hashes = grown(this.#hashes, capacity, Int32Array)
    }
    this.#starts[code] = start
    this.#lengths[code] = length
    this.#hashes[code] = hash
    return code
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * GROWTH)
    const mask = table.length - 1
    for (let code = 1; code < this.#size; code++) {
      let slot = (this.#hashes[code] ?? 0) & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = code
    }
    this.#table = table
  }

  #toMap(): Map<string, number> {
    const codes = new Map<string, number>()
    for (let code = 1; code < this.#size; code++)
      codes.set(this.#text(this.#starts[code] ?? 0, this.#lengths[code] ?? 0), code)
    this.#byText = codes
    return codes
  }

  #mapped(codes: Map<string, number>, start: number, length: number): number {
    const text = this.#text(start, length)
    let code = codes.get(text)
    if (code === undefined) {
      code = this.#add(start, length, 0)
      codes.set(text, code)
    }
    return code
  }

  #text(start: number, length: number): string {
    return this.#source.bytes.toString('utf8', start, start + length)
  }
}

function grown<T extends Uint32Array | Int32Array>(
  array: T,
  capacity: number,
  type: new (length: number) => T,
): T {
  const larger = new type(capacity)
  larger.set(array)
  return larger
}

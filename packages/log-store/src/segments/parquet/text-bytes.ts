import { copyBytes, type Utf8Values, viewOf } from '@heartwood/event'
import { Scratch } from './scratch.ts'

const FIRST_CAPACITY = 4096
/** Of this thread: pages of texts are made one after the other, and each is packed before the next. */
const scratch = new Scratch()
const scratchLengths = new Scratch()

/**
 * Texts copied one after the other out of the bytes they lie in. Whoever makes the next one in this thread writes over
 * what the last one gave.
 */
export class TextBytes {
  readonly #values: Utf8Values
  readonly #from: DataView
  readonly #gap: number
  #bytes = scratch.atLeast(FIRST_CAPACITY)
  #to = viewOf(this.#bytes)
  #length = 0
  #lengths = wordsOf(scratchLengths.atLeast(FIRST_CAPACITY))
  #count = 0

  /** `gap` puts the length of each text before it, in four bytes with the lowest first. */
  constructor(values: Utf8Values, { gap }: { readonly gap: boolean }) {
    this.#values = values
    this.#from = viewOf(values.bytes)
    this.#gap = gap ? 4 : 0
  }

  get length(): number {
    return this.#length
  }

  /** Adds the text of a code. */
  add(code: number): void {
    const length = this.#values.lengths[code] ?? 0
    this.#reserve(length + this.#gap)
    if (this.#gap > 0) this.#to.setUint32(this.#length, length, true)
    const place = this.#length + this.#gap
    copyBytes(this.#from, this.#values.starts[code] ?? 0, this.#to, place, length)
    this.#length = place + length
    this.#lengths[this.#count++] = length
  }

  /** What was added, with the gaps. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Bytes of each text. */
  lengths(): Uint32Array {
    return this.#lengths.subarray(0, this.#count)
  }

  /** Begins again; what `bytes` and `lengths` gave is written over. */
  clear(): void {
    this.#length = 0
    this.#count = 0
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes > this.#bytes.length) {
      this.#bytes = scratch.grown(this.#length + bytes)
      this.#to = viewOf(this.#bytes)
    }
    if (this.#count === this.#lengths.length)
      this.#lengths = wordsOf(scratchLengths.grown(this.#lengths.byteLength + 4))
  }
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, 0, bytes.length >>> 2)
}

import { copyBytes, type Utf8Values, viewOf } from '@heartwood/event'

const FIRST_CAPACITY = 4096

/** Texts copied one after the other out of the bytes they lie in. */
export class TextBytes {
  readonly #values: Utf8Values
  readonly #from: DataView
  readonly #gap: number
  #bytes = new Uint8Array(FIRST_CAPACITY)
  #to = viewOf(this.#bytes)
  #length = 0
  #lengths = new Uint32Array(FIRST_CAPACITY / 4)
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
      const larger = new Uint8Array(Math.max(this.#length + bytes, this.#bytes.length * 2))
      larger.set(this.bytes())
      this.#bytes = larger
      this.#to = viewOf(larger)
    }
    if (this.#count === this.#lengths.length) {
      const larger = new Uint32Array(this.#count * 2)
      larger.set(this.#lengths)
      this.#lengths = larger
    }
  }
}

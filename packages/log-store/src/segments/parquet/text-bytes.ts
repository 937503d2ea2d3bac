/** Room for a length of four bytes before each text, made by the join that puts the texts together anyway. */
const GAP = '\0\0\0\0'
/** UTF-8 needs at most three bytes for each UTF-16 unit. */
const BYTES_PER_UNIT = 3

/** UTF-8 of many texts one after the other: one call into native code for each hundreds of them. */
export class TextBytes {
  readonly #gap: string
  #bytes = Buffer.alloc(0)
  #length = 0
  #lengths = new Uint32Array(0)
  #count = 0

  /** `gap` leaves four bytes before each text. */
  constructor({ gap }: { readonly gap: boolean }) {
    this.#gap = gap ? GAP : ''
  }

  get length(): number {
    return this.#length
  }

  /** Adds texts and gives them as they were stored: halves of surrogate pairs become U+FFFD. */
  add(texts: readonly string[]): readonly string[] {
    if (texts.length === 0) return texts
    const gap = this.#gap
    const all = gap + texts.join(gap)
    this.#reserve(all.length * BYTES_PER_UNIT, texts.length)
    const written = this.#bytes.write(all, this.#length, 'utf8')
    if (written !== all.length && !texts.every((text) => text.isWellFormed())) {
      return this.add(texts.map((text) => text.toWellFormed()))
    }
    this.#length += written
    const ascii = written === all.length
    for (const text of texts) {
      this.#lengths[this.#count++] = ascii ? text.length : Buffer.byteLength(text)
    }
    return texts
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

  #reserve(bytes: number, texts: number): void {
    if (this.#length + bytes > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#length + bytes, this.#bytes.length * 2))
      larger.set(this.bytes())
      this.#bytes = larger
    }
    if (this.#count + texts > this.#lengths.length) {
      const larger = new Uint32Array((this.#count + texts) * 2)
      larger.set(this.lengths())
      this.#lengths = larger
    }
  }
}

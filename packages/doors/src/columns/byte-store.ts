import { hashBytes, sameBytes, viewOf } from './byte-words.ts'

/**
 * The bytes of a batch's strings, UTF-8. Most lie where they were sent, in the body; a string that has no bytes there (its
 * escapes are resolved, or it came as a JavaScript string) lies in a spare buffer. An address is an offset into the body,
 * or the complement (`~`) of an offset into the spare buffer.
 */
export class ByteStore {
  readonly body: Buffer
  readonly words: DataView
  #spare = Buffer.alloc(0)
  #spareWords = viewOf(this.#spare)
  #used = 0
  /** Length and hash of what `put` or `end` stored last. */
  length = 0
  hash = 0

  constructor(body: Uint8Array) {
    this.body = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    this.words = viewOf(body)
  }

  equal(one: number, other: number, length: number): boolean {
    return sameBytes(
      one < 0 ? this.#spareWords : this.words,
      one < 0 ? ~one : one,
      other < 0 ? this.#spareWords : this.words,
      other < 0 ? ~other : other,
      length,
    )
  }

  text(address: number, length: number): string {
    return address < 0
      ? this.#spare.toString('utf8', ~address, ~address + length)
      : this.body.toString('utf8', address, address + length)
  }

  /** Stores a string, with `length` and `hash`; gives its address. */
  put(text: string): number {
    const start = this.#used
    // A UTF-16 unit becomes three bytes at most.
    const spare = this.room(text.length * 3)
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      if (unit >= 0x80) return this.end(start, start + spare.write(text, start, 'utf8'))
      spare[start + at] = unit
    }
    return this.end(start, start + text.length)
  }

  /** The spare buffer with at least `length` free bytes from `used` on, to be written and closed with `end`. */
  room(length: number): Buffer {
    if (this.#used + length > this.#spare.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(4096, this.#spare.length * 2, this.#used + length))
      this.#spare.copy(larger, 0, 0, this.#used)
      this.#spare = larger
      this.#spareWords = viewOf(larger)
    }
    return this.#spare
  }

  /** Closes what was written to the spare buffer from `start` (which was `used`) to `end`; gives its address. */
  end(start: number, end: number): number {
    this.#used = end
    this.length = end - start
    this.hash = hashBytes(this.#spareWords, start, end)
    return ~start
  }

  /** How much of the spare buffer is in use; `release` gives back what came after. */
  get used(): number {
    return this.#used
  }

  release(used: number): void {
    this.#used = used
  }
}

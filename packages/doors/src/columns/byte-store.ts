import { type ByteSource, hashBytes, viewOf } from '@heartwood/event'

/** Room behind the bodies for strings that have no bytes in them, as a share of the bodies and at least. */
const SPARE_SHARE = 8
const SPARE_BYTES = 4096

/**
 * The bytes of a batch's strings, UTF-8: the bodies of its records one after the other, and behind each the strings that
 * have no bytes there, because their escapes are resolved or they came as JavaScript strings. So every string is a place
 * and a length, and none need be made or moved. The bytes move when more room is needed: `bytes` and `words` are to be
 * asked for again after `addBody`, `put`, `room` and `end`.
 */
export class ByteStore implements ByteSource {
  #bytes: Buffer
  #words: DataView
  #used = 0
  /** Length and hash of what `put` or `end` stored last. */
  length = 0
  hash = 0

  /** @param bodyBytes how many bytes of bodies are to be expected */
  constructor(bodyBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(
      bodyBytes + Math.max(SPARE_BYTES, Math.ceil(bodyBytes / SPARE_SHARE)),
    )
    this.#words = viewOf(this.#bytes)
  }

  get bytes(): Buffer {
    return this.#bytes
  }

  get words(): DataView {
    return this.#words
  }

  /** Adds a body; gives where it begins. */
  addBody(body: Uint8Array): number {
    const start = this.#used
    this.room(body.length).set(body, start)
    this.#used += body.length
    return start
  }

  text(address: number, length: number): string {
    return this.#bytes.toString('utf8', address, address + length)
  }

  /** Stores a string, with `length` and `hash`; gives its address. */
  put(text: string): number {
    const start = this.#used
    // A UTF-16 unit becomes three bytes at most.
    const bytes = this.room(text.length * 3)
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      if (unit >= 0x80) return this.end(start, start + bytes.write(text, start, 'utf8'))
      bytes[start + at] = unit
    }
    return this.end(start, start + text.length)
  }

  /** The bytes with at least `length` free ones from `used` on, to be written and closed with `end`. */
  room(length: number): Buffer {
    if (this.#used + length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(
        Math.max(this.#used + length, Math.ceil(this.#bytes.length * 1.5)),
      )
      this.#bytes.copy(larger, 0, 0, this.#used)
      this.#bytes = larger
      this.#words = viewOf(larger)
    }
    return this.#bytes
  }

  /** Closes what was written from `start` (which was `used`) to `end`; gives its address. */
  end(start: number, end: number): number {
    this.#used = end
    this.length = end - start
    this.hash = hashBytes(this.#words, start, end)
    return start
  }

  /** Ends the growing: from now on `bytes` are those in use. Where they are few of what was made room for, the rest is let go. */
  seal(): void {
    const used = this.#bytes.subarray(0, this.#used)
    if (this.#used * 2 < this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(this.#used)
      used.copy(this.#bytes)
    } else this.#bytes = used
    this.#words = viewOf(this.#bytes)
  }

  /** How many bytes are in use; `release` gives back what came after. */
  get used(): number {
    return this.#used
  }

  release(used: number): void {
    this.#used = used
  }
}

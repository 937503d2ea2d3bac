/** What was needed for one large value is not kept for all the small ones after it. */
const KEPT_BYTES = 4 << 20

/**
 * Bytes of a thread that are used again and again, for what is made, used and done with before the next is made. V8 looks
 * at all of its heap whenever so many megabytes of buffers were made: what is not made anew costs nothing of that.
 */
export class Scratch {
  #bytes = new Uint8Array(0)

  /** At least so many bytes, with whatever they hold. */
  atLeast(length: number): Uint8Array {
    if (this.#bytes.length < length || this.#bytes.length > KEPT_BYTES) this.#bytes = room(length)
    return this.#bytes
  }

  /** So many 32-bit numbers, with whatever they hold. */
  words(count: number): Uint32Array {
    return new Uint32Array(this.atLeast(count * 4).buffer, 0, count)
  }

  /** More than it was, at least `length`, with what it held. */
  grown(length: number): Uint8Array {
    const larger = room(Math.max(length, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
    return larger
  }
}

/** In whole 64-bit words, so that it can be looked at as numbers too. */
function room(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Math.ceil(length / 8) * 8)
}

/**
 * Where the records of a body lie: record i is the bytes `starts[i]` to `ends[i]` (exclusive). Frames are in order and
 * do not overlap. Bodies are below 4 GiB.
 */
export interface Frames {
  readonly length: number
  readonly starts: Uint32Array
  readonly ends: Uint32Array
}

/** Where one record lies. */
export interface Frame {
  readonly start: number
  readonly end: number
}

/** Collects frames; `finish` gives exactly what was added. */
export class FramesBuilder {
  #length = 0
  #starts = new Uint32Array(64)
  #ends = new Uint32Array(64)

  get length(): number {
    return this.#length
  }

  add(start: number, end: number): void {
    if (this.#length === this.#starts.length) {
      this.#starts = doubled(this.#starts)
      this.#ends = doubled(this.#ends)
    }
    this.#starts[this.#length] = start
    this.#ends[this.#length++] = end
  }

  finish(): Frames {
    return {
      length: this.#length,
      starts: this.#starts.subarray(0, this.#length),
      ends: this.#ends.subarray(0, this.#length),
    }
  }
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}

/** The body has more records than one request may have. */
export class TooManyRecords extends Error {
  constructor(limit: number) {
    super(`the body has more than ${limit.toLocaleString('en')} lines or values`)
    this.name = 'TooManyRecords'
  }
}

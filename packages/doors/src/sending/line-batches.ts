import { joined } from './source.ts'

/** A piece of a source that goes out in one request. */
export interface Batch {
  readonly body: Uint8Array<ArrayBuffer>
  /** Number of the first line in its source, from 1. */
  readonly firstLine: number
  readonly lines: number
}

export interface LineLimits {
  /** A batch is closed before it gets larger, bytes; a single line may be larger, up to `maxLineBytes`. */
  readonly maxBytes: number
  readonly maxLines: number
  /** A longer line is left out: the server would refuse it. */
  readonly maxLineBytes: number
  /** Told of each line that is left out. */
  readonly onTooLong: (line: number) => void
}

const NEWLINE = 0x0a

/** Gathers bytes into complete lines, and those into batches. Holds one batch and one line, however large the source is. */
export class LineBatches {
  readonly #limits: LineLimits
  /** Complete lines of the batch in the making. */
  #pieces: Uint8Array[] = []
  #bytes = 0
  #lines = 0
  /** The line that has no end yet. */
  #tail: Uint8Array[] = []
  #tailBytes = 0
  #skippingLine = false
  #completeSince = Number.POSITIVE_INFINITY
  /** Number of the line that comes next, from 1. */
  #nextLine = 1
  #firstLine = 1

  constructor(limits: LineLimits) {
    this.#limits = limits
  }

  get hasComplete(): boolean {
    return this.#lines > 0
  }

  /** When the first line of the batch was complete, on the clock of `add`; never, where none is. */
  get completeSince(): number {
    return this.#completeSince
  }

  /** Adds bytes; answers the batches that became full. @param now any clock, for `completeSince` */
  *add(chunk: Uint8Array, now = 0): Generator<Batch> {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      yield* this.#completeLine(chunk.subarray(start, end + 1), now)
      start = end + 1
    }
    this.#grow(chunk.subarray(start))
  }

  /** The source has ended: its last line is complete. */
  endLine(now = 0): void {
    if (this.#tailBytes === 0 && !this.#skippingLine) return
    this.#finishLine(now)
  }

  *takeAll(): Generator<Batch> {
    if (this.#lines === 0) return
    yield { body: joined(this.#pieces), firstLine: this.#firstLine, lines: this.#lines }
    this.#pieces = []
    this.#bytes = 0
    this.#lines = 0
    this.#completeSince = Number.POSITIVE_INFINITY
  }

  *#completeLine(piece: Uint8Array, now: number): Generator<Batch> {
    this.#grow(piece)
    const { maxBytes, maxLines } = this.#limits
    const full = this.#bytes + this.#tailBytes > maxBytes || this.#lines + 1 > maxLines
    if (full) yield* this.takeAll()
    this.#finishLine(now)
  }

  /** Lengthens the open line, or drops it once it is too long: a line is never held past the limit. */
  #grow(piece: Uint8Array): void {
    if (this.#skippingLine || piece.length === 0) return
    if (this.#tailBytes + piece.length > this.#limits.maxLineBytes) {
      this.#skippingLine = true
      this.#tail = []
      this.#tailBytes = 0
      return
    }
    this.#tail.push(piece)
    this.#tailBytes += piece.length
  }

  #finishLine(now: number): void {
    const line = this.#nextLine++
    if (this.#skippingLine) {
      this.#limits.onTooLong(line)
      this.#skippingLine = false
      return
    }
    if (this.#lines === 0) {
      this.#firstLine = line
      this.#completeSince = now
    }
    this.#pieces.push(...this.#tail)
    this.#bytes += this.#tailBytes
    this.#lines++
    this.#tail = []
    this.#tailBytes = 0
  }
}

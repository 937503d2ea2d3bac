import { EventEdges } from '../multiline/event-edges.ts'
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

interface ReadyLine {
  /** With its line end. */
  readonly bytes: Uint8Array
  readonly number: number
}

/**
 * Gathers bytes into complete lines, and those into batches, which end where an event ends: the server joins the lines of a stack trace
 * within a batch only. Holds one batch and one line, however large the source is.
 */
export class LineBatches {
  readonly #limits: LineLimits
  readonly #edges = new EventEdges()
  /** Complete lines of the batch in the making. */
  #ready: ReadyLine[] = []
  #bytes = 0
  /** The line that has no end yet. */
  #tail: Uint8Array[] = []
  #tailBytes = 0
  #skippingLine = false
  #completeSince = Number.POSITIVE_INFINITY
  #lastComplete = Number.NEGATIVE_INFINITY
  /** Number of the line that comes next, from 1. */
  #nextLine = 1
  /** Number of the line that comes next to `#edges`, which lines that are left out are not. */
  #nextReady = 0
  /** Where in `#ready` the event begins that the last line belongs to. */
  #eventStart = 0

  constructor(limits: LineLimits) {
    this.#limits = limits
  }

  get hasComplete(): boolean {
    return this.#ready.length > 0
  }

  /** Since when a line waits, on the clock of `add`; never, where none does. */
  get completeSince(): number {
    return this.#completeSince
  }

  /** Adds bytes; answers the batches that became full. @param now any clock, for `completeSince` */
  *add(chunk: Uint8Array, now = 0): Generator<Batch> {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#grow(chunk.subarray(start, end + 1))
      yield* this.#finishLine(now)
      start = end + 1
    }
    this.#grow(chunk.subarray(start))
  }

  /** The source has ended: its last line is complete. */
  *endLine(now = 0): Generator<Batch> {
    if (this.#tailBytes > 0 || this.#skippingLine) yield* this.#finishLine(now)
  }

  *takeAll(): Generator<Batch> {
    yield* this.#take(this.#ready.length, 0)
  }

  /** What has waited long enough: all, but for the last event where less than `quiet` ago a line of it came in. */
  *takeWaiting(now: number, quiet: number): Generator<Batch> {
    const isComing = now - this.#lastComplete < quiet
    yield* this.#take(isComing && this.#eventStart > 0 ? this.#eventStart : this.#ready.length, now)
  }

  /** The first lines of the batch in the making. */
  *#take(count: number, now: number): Generator<Batch> {
    const taken = this.#ready.splice(0, count)
    const [first] = taken
    if (first === undefined) return
    const body = joined(taken.map(({ bytes }) => bytes))
    this.#bytes -= body.length
    this.#eventStart = Math.max(0, this.#eventStart - count)
    this.#completeSince = this.#ready.length === 0 ? Number.POSITIVE_INFINITY : now
    yield { body, firstLine: first.number, lines: taken.length }
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

  *#finishLine(now: number): Generator<Batch> {
    const number = this.#nextLine++
    if (this.#skippingLine) {
      this.#limits.onTooLong(number)
      this.#skippingLine = false
      return
    }
    const [only] = this.#tail
    const bytes = only !== undefined && this.#tail.length === 1 ? only : joined(this.#tail)
    this.#tail = []
    this.#tailBytes = 0
    yield* this.#addLine({ bytes, number }, now)
  }

  /** Adds a line, after the batches that have no room for it. An event is cut only where it is larger than a batch. */
  *#addLine(line: ReadyLine, now: number): Generator<Batch> {
    const back = this.#nextReady - this.#edges.add(line.bytes)
    this.#nextReady++
    this.#eventStart = Math.max(0, this.#ready.length - back)
    while (this.#ready.length > 0 && this.#isFullWith(line))
      yield* this.#take(this.#eventStart > 0 ? this.#eventStart : this.#ready.length, now)
    this.#lastComplete = now
    if (this.#ready.length === 0) this.#completeSince = now
    this.#ready.push(line)
    this.#bytes += line.bytes.length
  }

  #isFullWith({ bytes }: ReadyLine): boolean {
    const { maxBytes, maxLines } = this.#limits
    return this.#bytes + bytes.length > maxBytes || this.#ready.length + 1 > maxLines
  }
}

/** A piece of a source that goes out in one request. */
export interface Batch {
  readonly body: Buffer
  /** Number of the first line in its source, from 1. */
  readonly firstLine: number
  readonly lines: number
}

export interface CutOptions {
  /** A batch is closed before it gets larger, bytes; a single line may be larger, up to `maxLineBytes`. */
  readonly maxBytes: number
  readonly maxLines: number
  /** Complete lines wait at most this long for more, milliseconds, so that a live pipe is live. */
  readonly flushMs: number
  /** A longer line is left out: the server would refuse it. */
  readonly maxLineBytes: number
  /** Told of each line that is left out. */
  readonly onTooLong: (line: number) => void
  /** Ends the reading; what was read completely still goes out. */
  readonly signal: AbortSignal
}

const NEWLINE = 0x0a

/**
 * Cuts a stream of bytes into batches at line ends. Holds one batch and one line at a time, however large the source is.
 * The last line needs no line end.
 */
export async function* cutBatches(
  chunks: AsyncIterable<Buffer>,
  options: CutOptions,
): AsyncGenerator<Batch, void> {
  const lines = new LineBuffer(options)
  const input = chunks[Symbol.asyncIterator]()
  const aborted = abortedPromise(options.signal)
  let next = input.next()
  try {
    for (;;) {
      // Counted from the first line that waits, so that a trickle does not put it off again and again.
      const left = lines.completeSince + options.flushMs - performance.now()
      if (left <= 0) yield* lines.takeAll()
      using timer = lines.hasComplete ? flushTimer(left) : NO_TIMER
      const event = await Promise.race([next, timer.fired, aborted])
      if (event === 'flush') {
        yield* lines.takeAll()
        continue
      }
      if (event === 'aborted' || event.done === true) break
      for (const batch of lines.add(event.value)) yield batch
      next = input.next()
    }
    // Who stops a pipe with Ctrl-C wants what it wrote until then.
    lines.endLine()
    yield* lines.takeAll()
  } finally {
    next.catch(() => {})
    if (options.signal.aborted) void input.return?.()
  }
}

const NO_TIMER = { fired: new Promise<never>(() => {}), [Symbol.dispose]: () => {} }

function flushTimer(millis: number) {
  const { promise, resolve } = Promise.withResolvers<'flush'>()
  const timer = setTimeout(() => resolve('flush'), millis)
  return { fired: promise, [Symbol.dispose]: () => clearTimeout(timer) }
}

function abortedPromise(signal: AbortSignal): Promise<'aborted'> {
  if (signal.aborted) return Promise.resolve('aborted')
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve('aborted'), { once: true }))
}

/** Gathers bytes into complete lines, and those into batches. */
class LineBuffer {
  readonly #options: CutOptions
  /** Complete lines of the batch in the making. */
  #pieces: Buffer[] = []
  #bytes = 0
  #lines = 0
  /** The line that has no end yet. */
  #tail: Buffer[] = []
  #tailBytes = 0
  #skippingLine = false
  #completeSince = Number.POSITIVE_INFINITY
  /** Number of the line that comes next, from 1. */
  #nextLine = 1
  #firstLine = 1

  constructor(options: CutOptions) {
    this.#options = options
  }

  get hasComplete(): boolean {
    return this.#lines > 0
  }

  /** When the first line of the batch was complete, on the clock of performance.now(). */
  get completeSince(): number {
    return this.#completeSince
  }

  /** Adds bytes; answers the batches that became full. */
  *add(chunk: Buffer): Generator<Batch> {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      yield* this.#completeLine(chunk.subarray(start, end + 1))
      start = end + 1
    }
    this.#grow(chunk.subarray(start))
  }

  /** The source has ended: its last line is complete. */
  endLine(): void {
    if (this.#tailBytes === 0 && !this.#skippingLine) return
    this.#finishLine()
  }

  *takeAll(): Generator<Batch> {
    if (this.#lines === 0) return
    yield { body: Buffer.concat(this.#pieces, this.#bytes), firstLine: this.#firstLine, lines: this.#lines }
    this.#pieces = []
    this.#bytes = 0
    this.#lines = 0
    this.#completeSince = Number.POSITIVE_INFINITY
  }

  *#completeLine(piece: Buffer): Generator<Batch> {
    this.#grow(piece)
    const { maxBytes, maxLines } = this.#options
    const full = this.#bytes + this.#tailBytes > maxBytes || this.#lines + 1 > maxLines
    if (full) yield* this.takeAll()
    this.#finishLine()
  }

  /** Lengthens the open line, or drops it once it is too long: a line is never held past the limit. */
  #grow(piece: Buffer): void {
    if (this.#skippingLine || piece.length === 0) return
    if (this.#tailBytes + piece.length > this.#options.maxLineBytes) {
      this.#skippingLine = true
      this.#tail = []
      this.#tailBytes = 0
      return
    }
    this.#tail.push(piece)
    this.#tailBytes += piece.length
  }

  #finishLine(): void {
    const line = this.#nextLine++
    if (this.#skippingLine) {
      this.#options.onTooLong(line)
      this.#skippingLine = false
      return
    }
    if (this.#lines === 0) {
      this.#firstLine = line
      this.#completeSince = performance.now()
    }
    this.#pieces.push(...this.#tail)
    this.#bytes += this.#tailBytes
    this.#lines++
    this.#tail = []
    this.#tailBytes = 0
  }
}

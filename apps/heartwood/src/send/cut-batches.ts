import { type Batch, LineBatches, type LineLimits } from '@heartwood/doors/sending'

export interface CutOptions extends LineLimits {
  /**
   * Complete lines wait at most this long for more, milliseconds, so that a live pipe is live; an event whose lines are just coming in
   * waits so long again.
   */
  readonly flushMs: number
  /** Ends the reading; what was read completely still goes out. */
  readonly signal: AbortSignal
}

/**
 * Cuts a stream of bytes into batches at line ends, and not inside of a stack trace or another event of several lines. Holds one batch
 * and one line at a time, however large the source is. The last line needs no line end.
 */
export async function* cutBatches(
  chunks: AsyncIterable<Uint8Array>,
  options: CutOptions,
): AsyncGenerator<Batch, void> {
  const lines = new LineBatches(options)
  const input = chunks[Symbol.asyncIterator]()
  const aborted = abortedPromise(options.signal)
  let next = input.next()
  try {
    for (;;) {
      // Counted from the first line that waits, so that a trickle does not put it off again and again.
      const left = lines.completeSince + options.flushMs - performance.now()
      if (left <= 0) yield* lines.takeWaiting(performance.now(), options.flushMs / 2)
      using timer = lines.hasComplete ? flushTimer(left) : NO_TIMER
      const event = await Promise.race([next, timer.fired, aborted])
      if (event === 'flush') {
        yield* lines.takeWaiting(performance.now(), options.flushMs / 2)
        continue
      }
      if (event === 'aborted' || event.done === true) break
      for (const batch of lines.add(event.value, performance.now())) yield batch
      next = input.next()
    }
    // Who stops a pipe with Ctrl-C wants what it wrote until then.
    yield* lines.endLine(performance.now())
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

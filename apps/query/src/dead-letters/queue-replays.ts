import { setTimeout as pause } from 'node:timers/promises'
import type { DeadLetter } from '@heartwood/event'
import { AppError } from '@heartwood/runtime'
import type { SendReplay } from './replay-client.ts'

/** Letters on their way to the queue at once: they share its syncs. */
const AT_ONCE = 8
/** How often a letter is offered to a queue that is full, or to an ingest app that is starting. */
const ATTEMPTS = 30

/**
 * Sends every letter that can be replayed. Waits where the queue is full. Rejects with the first error that is not
 * mended by waiting; letters that were not queued stay letters.
 */
export async function queueReplays(
  letters: AsyncIterable<DeadLetter>,
  send: SendReplay,
  signal: AbortSignal,
  queued: (letter: DeadLetter) => void,
): Promise<void> {
  const iterator = letters[Symbol.asyncIterator]()
  const ended = new AbortController()
  const ending = AbortSignal.any([signal, ended.signal])
  // Each sender asks for a letter when it has none: an async generator gives them one after another.
  const senders = Array.from({ length: AT_ONCE }, async () => {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (next.value.original === undefined) continue
      await offered(next.value, send, ending)
      queued(next.value)
    }
  })
  try {
    await Promise.all(senders)
  } catch (error) {
    ended.abort(error)
    await Promise.allSettled(senders)
    throw error
  }
}

async function offered(letter: DeadLetter, send: SendReplay, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(letter, signal)
    } catch (error) {
      const seconds = error instanceof AppError ? error.retryAfterSeconds : undefined
      if (seconds === undefined || attempt === ATTEMPTS) throw error
      await pause(Math.min(seconds, 5) * 1000, undefined, { signal })
    }
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import { errorBody } from '@heartwood/runtime'
import type { EventSourceMessage } from 'eventsource-parser'
import type { Upstream } from './upstream.ts'

export interface StreamPace {
  /** After this long without an event it is said that there was none. */
  readonly heartbeatMillis: number
  /** An indexer silent this long is taken for hung; it sends stats every second. */
  readonly silenceMillis: number
  /** Between two tries to reach the indexer. */
  readonly retryMillis: number
}

/** What one indexer says for a tail, as far as it can be had. */
export type IndexerNews =
  /** `logs` and `stats` as JSON text; `error`, after which nothing comes any more. */
  | { readonly kind: 'event'; readonly event: string; readonly data: string }
  /** The stream is gone: the next one counts from 0, and what came in between may be missing. */
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'waiting' }

/**
 * The events of one indexer, over as many streams as it takes, until `signal` aborts or the indexer ends the tail with an
 * error. Each is pulled: what is not taken stays with the indexer, which skips and counts it.
 */
export async function* indexerStream(
  first: Promise<Upstream>,
  reopen: () => Promise<Upstream>,
  pace: StreamPace,
  signal: AbortSignal,
): AsyncGenerator<IndexerNews, void> {
  let upstream = await first
  while (!signal.aborted) {
    let reason = 'the indexer ended its stream'
    if (upstream.state === 'open') {
      const ended = yield* relay(upstream.messages, pace)
      if (ended.forGood) return
      reason = ended.reason
    } else if (upstream.state === 'away') {
      reason = upstream.reason
    }
    if (signal.aborted) return
    yield { kind: 'lost', reason }
    for (;;) {
      upstream = await reopen()
      if (upstream.state === 'open') break
      if (upstream.state === 'refused' && upstream.error.code !== 'too_many_queries') {
        return yield { kind: 'event', event: 'error', data: JSON.stringify(errorBody(upstream.error)) }
      }
      yield { kind: 'waiting' }
      await pause(pace.retryMillis, undefined, { signal })
    }
  }
}

type Ended = { readonly forGood: true } | { readonly forGood: false; readonly reason: string }

async function* relay(
  messages: ReadableStream<EventSourceMessage>,
  pace: StreamPace,
): AsyncGenerator<IndexerNews, Ended> {
  const reader = messages.getReader()
  try {
    let silentMillis = 0
    let next = reader.read()
    for (;;) {
      const result = await orSilence(next, pace.heartbeatMillis)
      if (result === 'silence') {
        silentMillis += pace.heartbeatMillis
        if (silentMillis >= pace.silenceMillis) return { forGood: false, reason: 'the indexer went silent' }
        yield { kind: 'silent' }
        continue
      }
      if (result.done) return { forGood: false, reason: 'the indexer ended its stream' }
      silentMillis = 0
      const { event = 'message', data } = result.value
      yield { kind: 'event', event, data }
      if (event === 'error') return { forGood: true }
      next = reader.read()
    }
  } catch {
    return { forGood: false, reason: 'the connection to the indexer broke' }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function orSilence<T>(promise: Promise<T>, millis: number): Promise<T | 'silence'> {
  const silence = Promise.withResolvers<'silence'>()
  const timer = setTimeout(() => silence.resolve('silence'), millis)
  try {
    return await Promise.race([promise, silence.promise])
  } finally {
    clearTimeout(timer)
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import type { TailGap } from '@heartwood/api'
import { errorBody } from '@heartwood/runtime'
import type { EventSourceMessage } from 'eventsource-parser'
import { eventFrame } from '../rest/event-frame.ts'
import { TailCounts } from './tail-counts.ts'
import type { Upstream } from './upstream.ts'

export interface TailPace {
  /** After this long without an event a comment is sent, so that proxies and clients see the stream is alive. */
  readonly heartbeatMillis: number
  /** An indexer silent this long is taken for hung; it sends stats every second. */
  readonly silenceMillis: number
  /** Between two tries to reach the indexer. */
  readonly retryMillis: number
}

/**
 * The server-sent events of one tail, over as many streams of the indexer as it takes, until `signal` aborts or the
 * indexer ends the tail with an error. Each is pulled by the client: what it does not take stays with the indexer,
 * which skips and counts it.
 */
export async function* tailFrames(
  first: Upstream,
  reopen: () => Promise<Upstream>,
  pace: TailPace,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  const counts = new TailCounts()
  let upstream = first
  // Says at once that the stream is open, and how soon to come back after this app restarts.
  yield ': heartwood tail\nretry: 1000\n\n'
  while (!signal.aborted) {
    let reason = 'the indexer ended its stream'
    if (upstream.state === 'open') {
      const ended = yield* relay(upstream.messages, counts, pace)
      if (ended.forGood) return
      reason = ended.reason
      counts.nextStream()
    } else if (upstream.state === 'away') {
      reason = upstream.reason
    }
    if (signal.aborted) return
    yield eventFrame('gap', JSON.stringify({ since: new Date().toISOString(), reason } satisfies TailGap))
    for (;;) {
      upstream = await reopen()
      if (upstream.state === 'open') break
      if (upstream.state === 'refused' && upstream.error.code !== 'too_many_queries') {
        return yield eventFrame('error', JSON.stringify(errorBody(upstream.error)))
      }
      yield ': waiting for the indexer\n\n'
      await pause(pace.retryMillis, undefined, { signal })
    }
  }
}

type Ended = { readonly forGood: true } | { readonly forGood: false; readonly reason: string }

async function* relay(
  messages: ReadableStream<EventSourceMessage>,
  counts: TailCounts,
  pace: TailPace,
): AsyncGenerator<string, Ended> {
  const reader = messages.getReader()
  try {
    let silentMillis = 0
    let next = reader.read()
    for (;;) {
      const result = await orSilence(next, pace.heartbeatMillis)
      if (result === 'silence') {
        silentMillis += pace.heartbeatMillis
        if (silentMillis >= pace.silenceMillis) return { forGood: false, reason: 'the indexer went silent' }
        yield ': heartbeat\n\n'
        continue
      }
      if (result.done) return { forGood: false, reason: 'the indexer ended its stream' }
      silentMillis = 0
      const { event = 'message', data } = result.value
      yield eventFrame(event, event === 'stats' ? counts.total(data) : data)
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

import { Readable } from 'node:stream'
import type { TailQuestion } from '@heartwood/api'
import { AppError, type InternalClient } from '@heartwood/runtime'
import { narrowedQuery } from '../questions/question-scope.ts'
import { type TailPace, tailFrames } from './tail-frames.ts'
import { openUpstream } from './upstream.ts'

export interface TailService {
  /**
   * Server-sent events until `client` aborts. Throws `invalid_query` before anything is sent, and
   * `too_many_queries` when as many tails are open as are allowed.
   */
  open(input: TailQuestion, client: AbortSignal): Promise<Readable>
  /** Tails open now. */
  readonly count: () => number
}

export function tailService(options: {
  readonly indexer: InternalClient
  readonly pace: TailPace
  readonly maxTails: number
  /** Aborts when the app stops. */
  readonly stopping: AbortSignal
}): TailService {
  const { indexer, pace, maxTails, stopping } = options
  let count = 0
  return {
    count: () => count,
    async open(input, client) {
      const query = narrowedQuery(input)
      if (count >= maxTails)
        throw new AppError('too_many_queries', `${maxTails} tails are open, as many as are allowed.`, {
          retryAfterSeconds: 10,
        })
      count++
      const ended = new AbortController()
      const signal = AbortSignal.any([client, stopping, ended.signal])
      const close = () => {
        if (!ended.signal.aborted) count--
        ended.abort()
      }
      try {
        const reopen = () => openUpstream(indexer, { query, perSecond: input.per_second }, signal)
        const first = await reopen()
        if (first.state === 'refused') throw first.error
        const stream = Readable.from(untilAborted(tailFrames(first, reopen, pace, signal), signal))
        stream.once('close', close)
        return stream
      } catch (error) {
        close()
        throw error
      }
    },
  }
}

/** An abort is how every tail ends, so it is an end and not an error. */
async function* untilAborted(frames: AsyncGenerator<string>, signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield* frames
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import type { TailQuestion } from '@heartwood/api'
import { AppError, type Instance } from '@heartwood/runtime'
import { narrowedQuery } from '../questions/question-scope.ts'
import { type TailPace, type TailSource, tailFrames } from './tail-frames.ts'
import { openUpstream, type Upstream } from './upstream.ts'

/** An indexer, as it is asked for tails. */
export type TailedIndexer = Pick<Instance, 'url' | 'client'>

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
  /** The indexers that there are by now. */
  readonly indexers: () => readonly TailedIndexer[]
  /** Whether the same event may come from two of them. */
  readonly mayRepeat: boolean
  readonly pace: TailPace
  readonly maxTails: number
  /** Aborts when the app stops. */
  readonly stopping: AbortSignal
}): TailService {
  const { indexers, mayRepeat, pace, maxTails, stopping } = options
  let count = 0
  return {
    count: () => count,
    async open(input, client) {
      const query = narrowedQuery(input)
      const { dataset, per_second: perSecond } = input
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
        const now = () =>
          indexers().map(
            ({ url, client }): TailSource => ({
              key: url,
              open: (until) => openUpstream(client, { query, dataset, perSecond }, until),
            }),
          )
        const opened = new Map(now().map((source) => [source.key, source.open(signal)]))
        await noneRefuses([...opened.values()])
        const frames = tailFrames(opened, { now, mayRepeat }, pace, signal)
        const stream = Readable.from(untilAborted(frames, signal))
        stream.once('close', close)
        return stream
      } catch (error) {
        close()
        throw error
      }
    },
  }
}

/** An indexer that has not answered by then is waited for while the others are shown. */
const PATIENCE_MILLIS = 1_000

/** Throws the error of an indexer that refuses the query, or where all refuse, whatever the reason. */
async function noneRefuses(opening: readonly Promise<Upstream>[]): Promise<void> {
  if (opening.length === 0) return
  const answers: Upstream[] = []
  const all = Promise.all(opening.map(async (upstream) => answers.push(await upstream)))
  // Where the tail ends meanwhile, its frames say so.
  all.catch(() => undefined)
  const patience = new AbortController()
  const tooLong = pause(PATIENCE_MILLIS, undefined, { signal: patience.signal })
    .then(() => Promise.any(opening))
    .catch(() => undefined)
  await Promise.race([all, tooLong])
  patience.abort()
  const refused = answers.flatMap((answer) => (answer.state === 'refused' ? [answer.error] : []))
  const [error] = refused.toSorted((a, b) => Number(mayPass(a)) - Number(mayPass(b)))
  if (error !== undefined && (!mayPass(error) || refused.length === answers.length)) throw error
}

function mayPass(error: AppError): boolean {
  return error.code === 'too_many_queries'
}

/** An abort is how every tail ends, so it is an end and not an error. */
async function* untilAborted(frames: AsyncGenerator<string>, signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield* frames
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

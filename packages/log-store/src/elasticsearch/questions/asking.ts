import { setTimeout as pause } from 'node:timers/promises'
import { errors } from '@elastic/elasticsearch'
import type { Nanos } from '@heartwood/event'
import { z } from 'zod'
import { LogStoreError } from '../../port.ts'
import { type ElasticsearchConnection, type Question, saidBy, statusOf } from '../connection.ts'

/** Who is asked, and for how long. */
export interface Asking {
  readonly connection: ElasticsearchConnection
  /** A pattern of the indices that hold events; that there is none is no error. */
  readonly indices: string
  readonly now: () => Nanos
  readonly signal?: AbortSignal | undefined
}

/** A question is given up after so long; Elasticsearch ends what it does for it when the connection closes. */
const LIMIT_MILLIS = 60_000
/**
 * An index that is new (of a day that has just begun, or is being restored) has no shard for a moment, and all that asks about it is
 * answered 503. For so long such a question is asked again.
 */
const NEW_INDEX_MILLIS = 10_000
const AGAIN_MILLIS = 100

const SearchAnswer = z.object({
  pit_id: z.string().optional(),
  hits: z.object({
    total: z.object({ value: z.number() }).optional(),
    hits: z.array(z.object({ _source: z.unknown(), sort: z.array(z.unknown()).optional() })),
  }),
  aggregations: z.record(z.string(), z.unknown()).optional(),
})
export type SearchAnswer = z.infer<typeof SearchAnswer>

/** Asks, and throws LogStoreError where that fails; `undefined` for what is not there. */
export async function ask(asking: Asking, question: Question): Promise<unknown> {
  const { connection, signal } = asking
  const patientUntil = performance.now() + NEW_INDEX_MILLIS
  for (;;) {
    throwIfAborted(signal)
    try {
      return await connection.ask({ timeoutMillis: LIMIT_MILLIS, ...(signal && { signal }), ...question })
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      if (statusOf(error) !== 503 || performance.now() > patientUntil) throw storeError(error, signal)
    }
    await pause(AGAIN_MILLIS, undefined, signal && { signal }).catch(() => undefined)
  }
}

/** A search over all events, or in the point in time that the body names. A part of the shards is never an answer. */
export async function askSearch(asking: Asking, body: object): Promise<SearchAnswer> {
  const isInPit = 'pit' in body
  const path = isInPit ? '/_search' : `/${encodeURIComponent(asking.indices)}/_search`
  const answer = await ask(asking, {
    method: 'POST',
    path,
    query: { allow_partial_search_results: false },
    body,
  })
  if (answer === undefined && isInPit)
    throw new LogStoreError('unavailable', 'Elasticsearch lost the point in time that was being read')
  return SearchAnswer.parse(answer ?? { hits: { hits: [] } })
}

/** Whether Elasticsearch refused what it was asked, which it would do again. */
export function isRefusal(error: unknown): boolean {
  return error instanceof LogStoreError && error.code === 'unsupported' && statusOf(error.cause) === 400
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted)
    throw new LogStoreError('aborted', 'the question was withdrawn', { cause: signal.reason })
}

function storeError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (error instanceof LogStoreError) return error
  if (signal?.aborted || error instanceof errors.RequestAbortedError)
    return new LogStoreError('aborted', 'the question was withdrawn', { cause: error })
  if (error instanceof errors.TimeoutError)
    return new LogStoreError('timeout', `Elasticsearch took longer than ${LIMIT_MILLIS / 1000} s`, {
      cause: error,
    })
  const status = statusOf(error)
  if (status === 429) return new LogStoreError('busy', saidBy(error), { cause: error })
  if (status === undefined || status >= 500 || status === 401 || status === 403)
    return new LogStoreError('unavailable', saidBy(error), { cause: error })
  return new LogStoreError('unsupported', saidBy(error), { cause: error })
}

import { NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import { z } from 'zod'
import { statusOf } from '../connection.ts'
import { eventIndices, type IndexNames, spanOfIndex } from '../names.ts'
import { askPatiently, type Patience } from './patient-asking.ts'
import { refresh } from './sweep.ts'
import { letWrite, stopWrites, writeStopOf } from './write-stop.ts'

const Indices = z.array(z.object({ index: z.string() }))
const Newest = z.object({
  hits: z.object({ total: z.object({ value: z.number() }) }),
  aggregations: z.object({
    timestamp: z.object({ value: z.number().nullable() }),
    observed_at: z.object({ value: z.number().nullable() }),
  }),
})

export interface RetentionTimes {
  readonly now: Nanos
  /** What happened and was received before it goes. */
  readonly horizon: Nanos
}

/**
 * Deletes the indices of which no event happened, and none was received, since the horizon; gives how many events they had.
 * An index takes no writes from the last look at it until it is gone: what comes meanwhile waits, and makes it anew. One whose
 * owner has stopped its writes is left so.
 */
export async function deleteOldIndices(
  patience: Patience,
  prefix: string,
  times: RetentionTimes,
): Promise<{ events: number; indices: readonly string[] }> {
  const answer = await askPatiently(patience, {
    method: 'GET',
    path: `/_cat/indices/${encodeURIComponent(eventIndices(prefix))}`,
    query: { format: 'json', h: 'index' },
  })
  const gone: string[] = []
  let events = 0
  for (const { index } of Indices.parse(answer)) {
    const span = spanOfIndex(prefix, index)
    if (span === undefined || span.to > times.horizon) continue
    const count = await deleteIfOld(patience, index, times).catch((error: unknown) => {
      // Another writer was faster.
      if (statusOf(error) !== 404) throw error
    })
    if (count === undefined) continue
    gone.push(index)
    events += count
  }
  return { events, indices: gone }
}

/** A retention that has not ended by then was cut off. Each of its few steps takes 20 seconds at most. */
const CUT_OFF = 10n * 60n * NANOS_PER_SECOND

/** How many events went with it; undefined where it stays. */
async function deleteIfOld(
  patience: Patience,
  index: string,
  { now, horizon }: RetentionTimes,
): Promise<number | undefined> {
  const stop = await writeStopOf(patience, index)
  if (stop.by === 'retention') {
    // Another writer is at it, or was when it died.
    if (now - stop.at < CUT_OFF) return undefined
    await letWrite(patience, index)
  }
  const isOld = async () => {
    const { count, newest } = await newestOf(patience, index)
    return newest < Number(horizon) ? count : undefined
  }
  if ((await isOld()) === undefined) return undefined
  const isOurs = stop.by !== 'others'
  let isGone = false
  try {
    if (isOurs && !(await stopWrites(patience, index, now))) return undefined
    await refresh(patience, index)
    const count = await isOld()
    if (count === undefined) return undefined
    await askPatiently(patience, { method: 'DELETE', path: `/${encodeURIComponent(index)}` })
    isGone = true
    return count
  } finally {
    if (isOurs && !isGone) await letWrite(patience, index)
  }
}

/** When the newest event happened or was received, as a double: it is less than a microsecond off. */
async function newestOf(patience: Patience, index: string): Promise<{ count: number; newest: number }> {
  const answer = await askPatiently(patience, {
    method: 'POST',
    path: `/${encodeURIComponent(index)}/_search`,
    query: { allow_partial_search_results: false },
    body: {
      size: 0,
      track_total_hits: true,
      aggs: { timestamp: { max: { field: 'timestamp' } }, observed_at: { max: { field: 'observed_at' } } },
    },
  })
  const { hits, aggregations } = Newest.parse(answer)
  const newest = Math.max(
    aggregations.timestamp.value ?? Number.NEGATIVE_INFINITY,
    aggregations.observed_at.value ?? Number.NEGATIVE_INFINITY,
  )
  return { count: hits.total.value, newest }
}

/** Forgets the receipts of batches received before `horizon`. */
export async function deleteOldReceipts(
  patience: Patience,
  { batches }: Pick<IndexNames, 'batches'>,
  horizon: Nanos,
): Promise<void> {
  await askPatiently(patience, {
    method: 'POST',
    path: `/${encodeURIComponent(batches)}/_delete_by_query`,
    query: { conflicts: 'proceed' },
    body: { query: { range: { received_at: { lt: String(horizon) } } } },
  })
}

const Letters = z.object({
  hits: z.object({
    total: z.object({ value: z.number() }),
    hits: z.array(z.object({ sort: z.tuple([z.number()]) })),
  }),
  aggregations: z.object({ bytes: z.object({ value: z.number() }) }),
})
/** Of one round: a search gives no more in one page. */
const MOST_LETTERS = 10_000

/** Drops the oldest dead letters where there are too many or they are too large together. */
export async function dropOldLetters(
  patience: Patience,
  { deadLetters }: Pick<IndexNames, 'deadLetters'>,
  keep: { readonly letters: number; readonly bytes: number },
): Promise<void> {
  const path = `/${encodeURIComponent(deadLetters)}`
  const oldest = async (size: number) =>
    Letters.parse(
      await askPatiently(patience, {
        method: 'POST',
        path: `${path}/_search`,
        query: { allow_partial_search_results: false },
        body: {
          size,
          _source: false,
          track_total_hits: true,
          sort: ['written'],
          aggs: { bytes: { sum: { field: 'bytes' } } },
        },
      }),
    )
  const { hits, aggregations } = await oldest(0)
  const count = hits.total.value
  const bytes = aggregations.bytes.value
  const tooMany = Math.max(0, count - keep.letters)
  const tooLarge = bytes > keep.bytes ? Math.ceil(count * (1 - keep.bytes / bytes)) : 0
  const excess = Math.min(MOST_LETTERS, Math.max(tooMany, tooLarge))
  if (excess === 0) return
  const last = (await oldest(excess)).hits.hits.at(-1)?.sort[0]
  if (last === undefined) return
  await askPatiently(patience, {
    method: 'POST',
    path: `${path}/_delete_by_query`,
    query: { conflicts: 'proceed' },
    body: { query: { range: { written: { lte: last } } } },
  })
}

import type { BatchOutput } from '@heartwood/api'
import { isoFromNanos } from '@heartwood/event'
import type { BatchReceipt, LogReader } from '@heartwood/log-store'
import { AppError, appDown, type InternalClient } from '@heartwood/runtime'
import { z } from 'zod'
import { passedOn } from '../passed-on.ts'

const IndexerBatch = z.object({
  state: z.enum(['queued', 'searchable']),
  received_at: z.string().nullish(),
  events: z.number().int().nullish(),
  dead_letters: z.number().int().nullish(),
})

/** Searchable once the store has its receipt; until then one of the indexers knows whether it is in the queue. */
export async function batchState(
  reader: LogReader,
  indexers: readonly InternalClient[],
  id: string,
  signal: AbortSignal,
): Promise<BatchOutput> {
  const receipt = await receiptOf(reader, id)
  if (receipt !== undefined) return receipt
  const asked = await Promise.allSettled(indexers.map((indexer) => askIndexer(indexer, id, signal)))
  const known = asked.find((each) => each.status === 'fulfilled' && each.value !== undefined)
  if (known?.status === 'fulfilled' && known.value !== undefined) return known.value
  // One that does not answer may be the one that has it.
  const failed = asked.find((each) => each.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  if (asked.length === 0) throw appDown('indexer')
  // It may have become searchable between the two questions.
  const late = await receiptOf(reader, id)
  if (late !== undefined) return late
  throw new AppError(
    'not_found',
    `No batch ${JSON.stringify(id)}, or it was longer ago than batches are remembered.`,
  )
}

/** Undefined where the indexer has no such batch. */
async function askIndexer(
  indexer: InternalClient,
  id: string,
  signal: AbortSignal,
): Promise<BatchOutput | undefined> {
  const response = await indexer.call(`/internal/batches/${encodeURIComponent(id)}`, { signal })
  if (response.ok) {
    const { state, received_at, events, dead_letters } = IndexerBatch.parse(await response.json())
    return {
      batch_id: id,
      state,
      received_at: received_at ?? null,
      events: events ?? null,
      dead_letters: dead_letters ?? null,
    }
  }
  if (response.status !== 404) throw await passedOn(indexer.app, response)
  await response.body?.cancel()
  return undefined
}

async function receiptOf(reader: LogReader, id: string): Promise<BatchOutput | undefined> {
  await reader.refresh()
  const receipt = await reader.batch(id)
  return receipt === undefined ? undefined : searchable(receipt)
}

function searchable(receipt: BatchReceipt): BatchOutput {
  return {
    batch_id: receipt.batch_id,
    state: 'searchable',
    received_at: isoFromNanos(receipt.received_at),
    events: receipt.events,
    dead_letters: receipt.dead_letters,
  }
}

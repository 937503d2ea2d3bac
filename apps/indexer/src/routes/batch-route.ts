import { isoFromNanos, type Nanos } from '@heartwood/event'
import type { BatchReceipt, LogWriter } from '@heartwood/log-store'
import { type QueueConsumer, QueueError } from '@heartwood/queue'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { BACKLOG_BOUNDS, findInBacklog } from '../batches/backlog-search.ts'
import type { Indexer } from '../indexer.ts'

export const BatchParameters = z.object({ id: z.string().min(1).max(200) })

/** GET /internal/batches/:id: whether a batch is searchable or still in the queue. */
export function batchRoute(
  server: FastifyInstance,
  indexer: Pick<Indexer, 'batch' | 'progress'>,
  writer: LogWriter,
  consumer: QueueConsumer,
): void {
  const fromWorkers = async (id: string) => {
    const known = await indexer.batch(id)
    if (known === undefined) return undefined
    return known.state === 'queued' ? queued(known.receivedAt) : searchable(known.receipt)
  }
  const partitions = Array.from({ length: consumer.partitions }, (_, partition) => partition)
  const fromStore = async (id: string) => {
    const seen = await Promise.all(partitions.map((partition) => writer.seenBatches(partition, [id])))
    return seen.some((ids) => ids.has(id)) ? { state: 'searchable' } : undefined
  }
  const fromQueue = async (id: string) => {
    const found = await Promise.all(
      partitions.map((partition) => {
        const after = later(indexer.progress.read(partition), writer.position(partition))
        return findInBacklog(consumer, partition, after, id, BACKLOG_BOUNDS).catch(unlessReleased)
      }),
    )
    const receivedAt = found.find((at) => at !== undefined)
    return receivedAt === undefined ? undefined : queued(receivedAt)
  }
  server.get('/internal/batches/:id', async (request) => {
    const { id } = BatchParameters.parse(request.params)
    const state =
      (await fromWorkers(id)) ??
      (await fromStore(id)) ??
      (await fromQueue(id)) ??
      // It may have been read and committed while the others were asked.
      (await fromWorkers(id))
    if (state !== undefined) return state
    throw new AppError(
      'not_found',
      `No batch ${JSON.stringify(id)}, or it was longer ago than batches are remembered.`,
    )
  })
}

/** What was committed meanwhile may be gone from the queue. */
function unlessReleased(error: unknown): undefined {
  if (error instanceof QueueError && error.code === 'position_lost') return undefined
  throw error
}

function later(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null || b === null) return a ?? b
  return a > b ? a : b
}

export function queued(receivedAt: Nanos) {
  return { state: 'queued', received_at: isoFromNanos(receivedAt) }
}

export function searchable({ received_at, events, dead_letters }: BatchReceipt) {
  return { state: 'searchable', received_at: isoFromNanos(received_at), events, dead_letters }
}

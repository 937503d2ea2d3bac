import { isoFromNanos, type Nanos } from '@heartwood/event'
import type { LogWriter } from '@heartwood/log-store'
import type { QueueConsumer } from '@heartwood/queue'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { BACKLOG_BOUNDS, findInBacklog } from '../batches/backlog-search.ts'
import type { BatchLedger } from '../batches/batch-ledger.ts'

const BatchParameters = z.object({ id: z.string().min(1).max(200) })

/** GET /internal/batches/:id: whether a batch is searchable or still in the queue. */
export function batchRoute(
  server: FastifyInstance,
  ledger: BatchLedger,
  writer: LogWriter,
  consumer: QueueConsumer,
): void {
  server.get('/internal/batches/:id', async (request) => {
    const { id } = BatchParameters.parse(request.params)
    const receipt = ledger.receipt(id)
    if (receipt !== undefined) {
      const { received_at, events, dead_letters } = receipt
      return { state: 'searchable', received_at: isoFromNanos(received_at), events, dead_letters }
    }
    const receivedAt = ledger.queuedAt(id)
    if (receivedAt !== undefined) return queued(receivedAt)
    const partitions = Array.from({ length: consumer.partitions }, (_, partition) => partition)
    const seen = await Promise.all(partitions.map((partition) => writer.seenBatches(partition, [id])))
    if (seen.some((ids) => ids.has(id))) return { state: 'searchable' }
    const found = await Promise.all(
      partitions.map((partition) =>
        findInBacklog(consumer, partition, writer.position(partition), id, BACKLOG_BOUNDS),
      ),
    )
    const inBacklog = found.find((at) => at !== undefined)
    if (inBacklog !== undefined) return queued(inBacklog)
    throw new AppError(
      'not_found',
      `No batch ${JSON.stringify(id)}, or it was longer ago than batches are remembered.`,
    )
  })
}

function queued(receivedAt: Nanos) {
  return { state: 'queued', received_at: isoFromNanos(receivedAt) }
}

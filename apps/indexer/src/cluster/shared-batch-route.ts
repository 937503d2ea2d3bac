import { storeError } from '@heartwood/indexing/changes'
import type { IdempotentWriter } from '@heartwood/log-store'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { BatchParameters, queued, searchable } from '../routes/batch-route.ts'
import type { ClusterIndexer } from './cluster-indexer.ts'

/** A person waits; the store may be away for longer. */
const PATIENCE_MILLIS = 5_000

/**
 * GET /internal/batches/:id: whether a batch is searchable, or read here and on its way. One that another indexer reads, or
 * none yet, is not known here until it is stored.
 */
export function sharedBatchRoute(
  server: FastifyInstance,
  indexer: Pick<ClusterIndexer, 'batch'>,
  writer: Pick<IdempotentWriter, 'receipts'>,
): void {
  server.get('/internal/batches/:id', async (request) => {
    const { id } = BatchParameters.parse(request.params)
    const known = indexer.batch(id)
    if (known?.state === 'queued') return queued(known.receivedAt)
    const receipt = known?.receipt ?? (await receiptOf(writer, id))
    if (receipt !== undefined) return searchable(receipt)
    throw new AppError(
      'not_found',
      `No batch ${JSON.stringify(id)} is stored: it is still in the queue, or it was longer ago than batches are remembered.`,
    )
  })
}

async function receiptOf(writer: Pick<IdempotentWriter, 'receipts'>, id: string) {
  try {
    return (await writer.receipts([id], AbortSignal.timeout(PATIENCE_MILLIS))).get(id)
  } catch (error) {
    if (error instanceof DOMException)
      throw new AppError('unavailable', 'The store does not answer.', { cause: error, retryAfterSeconds: 5 })
    throw storeError(error, 'indexer')
  }
}

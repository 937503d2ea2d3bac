import type { IncomingMessage } from 'node:http'
import { AppError } from '@heartwood/runtime'

export interface BatchIdentity {
  readonly batchId: string
  /** Whether the client named the batch, so that a resend is recognised. */
  readonly clientBatch: boolean
  /** Batches with the same key go to the same partition of the queue; those without to any. */
  readonly partitionKey: string | undefined
}

const ALLOWED = /^[A-Za-z0-9._:~@=+-]{1,128}$/

/**
 * A batch is named by its `Idempotency-Key`, else by a new id. The partition of a named batch follows from its name
 * alone, so that a resend, also over another connection, meets the window of names already seen; the part up to the last
 * separator decides, so that `agent7-000041` and `agent7-000042` stay in order. A new name meets none before it, so such
 * a batch may go anywhere, and a few connections load all partitions alike.
 */
export function batchIdentity(request: IncomingMessage, newBatchId: () => string): BatchIdentity {
  const header = request.headers['idempotency-key']
  if (header === undefined) return { batchId: newBatchId(), clientBatch: false, partitionKey: undefined }
  const given = String(header).trim()
  const batchId = /^".*"$/.test(given) ? given.slice(1, -1) : given
  if (!ALLOWED.test(batchId))
    throw new AppError(
      'invalid_parameter',
      'Idempotency-Key must have 1 to 128 letters, digits or any of . _ : ~ @ = + -',
    )
  return { batchId, clientBatch: true, partitionKey: /^(.+)[-._:]/.exec(batchId)?.[1] ?? batchId }
}

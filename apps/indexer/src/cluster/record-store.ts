import type { QueuedRecord } from '@heartwood/doors'
import type { Nanos } from '@heartwood/event'
import type { IdempotentWriter } from '@heartwood/log-store'
import type { ReadBatch } from '../groups/read-batch.ts'
import { type ErrorMessage, errorEvents } from './error-events.ts'
import { settledRecords, settlementOf } from './settled-records.ts'

export interface RecordStoreParts {
  readonly writer: Pick<IdempotentWriter, 'write' | 'receipts'>
  /** Takes what others want to know of as soon as it is stored; resolves when that is durable. */
  readonly errors: { write(messages: readonly ErrorMessage[]): Promise<void> }
  readonly now: () => Nanos
}

/**
 * Stores a batch of records: its events, then the letters of what was refused here or there, then the receipts; and says in
 * the topic of errors which of them were errors. Gives the batch as it was stored. However often it is done, the store has
 * it once; the topic may have it again.
 * @param queued the record that lies at a position
 */
export async function storeRecords(
  { writer, errors, now }: RecordStoreParts,
  batch: ReadBatch,
  queued: (position: bigint) => QueuedRecord,
  signal: AbortSignal,
): Promise<ReadBatch> {
  let { records } = batch
  const leftOut = new Set<number>()
  await writer.write(
    {
      events: batch.events,
      settle: async (refused) => {
        for (const { row } of refused) leftOut.add(row)
        records = await settledRecords(batch, refused, queued, now())
        return settlementOf(records, await knownBatches(writer, records, signal))
      },
    },
    signal,
  )
  const messages = errorEvents(batch.events, leftOut)
  if (messages.length > 0) await errors.write(messages)
  return { records, events: batch.events }
}

/** Of the batches with letters: those that were stored whole before. */
async function knownBatches(
  writer: RecordStoreParts['writer'],
  records: ReadBatch['records'],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const ids = records.flatMap(({ receipt, deadLetters }) =>
    receipt === undefined || deadLetters.length === 0 ? [] : [receipt.batch_id],
  )
  return ids.length === 0 ? new Set() : new Set((await writer.receipts(ids, signal)).keys())
}

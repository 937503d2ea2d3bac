import { lettersOfEvents, type QueuedRecord } from '@heartwood/doors'
import { type EventBatch, indexOf, type Nanos, textAt } from '@heartwood/event'
import type { RefusedEvent, Settlement } from '@heartwood/log-store'
import { type ReadBatch, type ReadRecord, withLetters } from '../groups/read-batch.ts'

/**
 * The records of a batch as they are once the store has its events: what it refused is dead letters of them, which keep
 * their bytes.
 * @param queued the record that lies at a position
 */
export async function settledRecords(
  { records, events }: ReadBatch,
  refused: readonly RefusedEvent[],
  queued: (position: bigint) => QueuedRecord,
  now: Nanos,
): Promise<readonly ReadRecord[]> {
  if (refused.length === 0) return records
  const settled: ReadRecord[] = []
  let first = 0
  for (const record of records) {
    const end = first + record.events
    const own = refused.filter(({ row }) => row >= first && row < end)
    first = end
    if (own.length === 0) settled.push(record)
    else settled.push(withLetters(record, await lettersOf(events, own, queued(record.position), now)))
  }
  return settled
}

function lettersOf(events: EventBatch, refused: readonly RefusedEvent[], queued: QueuedRecord, now: Nanos) {
  return lettersOfEvents(
    queued,
    refused.map(({ row, reason }) => ({
      step: 'store',
      reason,
      now,
      index: indexOf(textAt(events.id, row) ?? ''),
      service: textAt(events.text.get('service'), row),
      text: textAt(events.text.get('message'), row) ?? '',
    })),
  )
}

/**
 * What the store is told of settled records.
 * @param known batch ids that have a receipt: their letters were written, and dismissed or replayed since, maybe
 */
export function settlementOf(records: readonly ReadRecord[], known: ReadonlySet<string>): Settlement {
  return {
    deadLetters: records.flatMap(({ receipt, deadLetters }) =>
      receipt !== undefined && known.has(receipt.batch_id) ? [] : deadLetters,
    ),
    receipts: records.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt])),
    replayed: records.flatMap(({ replayed }) => (replayed === undefined ? [] : [replayed])),
  }
}

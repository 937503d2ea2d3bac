import { selectRows } from '@heartwood/event'
import { type ReadBatch, type ReadRecord, recordWithout } from '../groups/read-batch.ts'

/** A batch without what the store has whole already, by batch id: of such a record only its position is left. */
export function withoutResends(
  { records, events }: ReadBatch,
  stored: ReadonlySet<string>,
): { readonly batch: ReadBatch; readonly absorbed: number } {
  const isResend = ({ receipt }: ReadRecord) => receipt !== undefined && stored.has(receipt.batch_id)
  const absorbed = records.filter(isResend).length
  if (absorbed === 0) return { batch: { records, events }, absorbed }
  const kept: number[] = []
  let first = 0
  for (const record of records) {
    if (!isResend(record)) for (let row = first; row < first + record.events; row++) kept.push(row)
    first += record.events
  }
  return {
    batch: {
      records: records.map((record) => (isResend(record) ? recordWithout(record.position) : record)),
      events: selectRows(events, Uint32Array.from(kept)),
    },
    absorbed,
  }
}

import type { RecordHeader } from '@heartwood/event'

/** A header as a door writes it, with this batch id. */
export function recordHeader(batchId: string): RecordHeader {
  return {
    version: 1,
    door: 'json',
    framing: 'ndjson',
    encoding: 'identity',
    received_at: '1760000000000000000',
    batch_id: batchId,
    client_batch: false,
    defaults: { service: 'checkout' },
    records: 1,
    refused: [],
    bytes: 2,
  }
}

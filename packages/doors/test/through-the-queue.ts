import { type LogEvent, RecordHeader, rowsOf } from '@heartwood/event'
import {
  type Accepted,
  acceptBulk,
  acceptLogs,
  type Decoded,
  type DecodeOptions,
  decodeRecord,
  type Receipt,
  recordHeader,
} from '../src/index.ts'

/** 2025-06-15T15:06:40Z */
export const RECEIVED = 1_750_000_000_000_000_000n

export interface Through {
  readonly accepted: Accepted
  readonly decoded: Decoded
  readonly events: readonly LogEvent[]
}

/** A body on its whole way: accepted, its header written and read as JSON as the queue does, and decoded. */
export async function throughQueue(
  body: string | Uint8Array,
  receipt: Partial<Receipt> = {},
  door: 'logs' | 'bulk' = 'logs',
  options: DecodeOptions = {},
): Promise<Through> {
  const bytes = Buffer.from(body)
  const accepted = door === 'bulk' ? acceptBulk(bytes) : await acceptLogs(bytes)
  const header = recordHeader(accepted, {
    batchId: 'batch',
    clientBatch: false,
    receivedAt: RECEIVED,
    encoding: 'identity',
    defaults: {},
    bytes: bytes.length,
    ...receipt,
  })
  const queued = RecordHeader.parse(JSON.parse(JSON.stringify(header)))
  const decoded = await decodeRecord(queued, bytes, RECEIVED, options)
  return { accepted, decoded, events: [...rowsOf(decoded.batch)] }
}

import type { Door, Encoding, EventDefaults, Framing, Nanos, RecordHeader } from '@heartwood/event'
import type { BulkProblem } from './framing/index.ts'

/** Why one record was refused; its neighbours are kept. */
export type RefusalCode = 'too_long' | 'invalid_json' | 'invalid_protobuf' | BulkProblem

export interface RefusedRecord {
  /** Place in the body, from 0. */
  readonly index: number
  readonly code: RefusalCode
  readonly reason: string
}

/** What a door found in a body. */
export interface Accepted {
  readonly door: Door
  readonly framing: Framing
  /** Records in the body, refused ones included. */
  readonly records: number
  /** In order of index. */
  readonly refused: readonly RefusedRecord[]
}

/** Nothing of the body can be taken. The codes are those of the error table. */
export class RefusedBody extends Error {
  readonly code: 'empty_body' | 'invalid_body' | 'body_too_large'
  constructor(code: RefusedBody['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RefusedBody'
    this.code = code
  }
}

/** What ingest knows about a request besides its body. */
export interface Receipt {
  readonly batchId: string
  /** Whether the client named the batch. */
  readonly clientBatch: boolean
  readonly receivedAt: Nanos
  readonly encoding: Encoding
  readonly defaults: EventDefaults
  /** Elasticsearch: the index of the URL. */
  readonly index?: string | undefined
  /** Bytes of the inflated body. */
  readonly bytes: number
}

/** The header under which the body goes into the queue. */
export function recordHeader(accepted: Accepted, receipt: Receipt): RecordHeader {
  return {
    version: 1,
    door: accepted.door,
    framing: accepted.framing,
    encoding: receipt.encoding,
    received_at: String(receipt.receivedAt),
    batch_id: receipt.batchId,
    client_batch: receipt.clientBatch,
    defaults: receipt.defaults,
    records: accepted.records,
    refused: accepted.refused.map(({ index }) => index),
    ...(receipt.index !== undefined && { index: receipt.index }),
    bytes: receipt.bytes,
  }
}

import {
  type DeadLetter,
  type EventBatch,
  eventId,
  isoFromNanos,
  type Nanos,
  type RecordHeader,
} from '@heartwood/event'
import { EventWriter } from './columns/event-writer.ts'
import { decodeElasticsearch } from './elasticsearch/decode.ts'
import { inflate } from './inflate/index.ts'
import { decodeJson } from './json/decode.ts'
import { type JsonReads, JsonRecords } from './json/json-records.ts'
import { decodeText } from './text/decode.ts'

/** A record as it lies in the queue: the body as received. */
export interface QueuedRecord {
  readonly header: RecordHeader
  readonly body: Uint8Array
}

export interface Decoded {
  /** One row per record that was not refused, in order; ids are `eventId(batch_id, index)`. */
  readonly batch: EventBatch
  readonly deadLetters: readonly DeadLetter[]
  /** How the JSON of the body was read: the share of `plain` in it says what the shapes are worth. */
  readonly json: JsonReads
}

export interface DecodeOptions {
  /** false: every JSON record is parsed the plain way. The batch is the same; it takes longer. */
  readonly shapes?: boolean
}

const DECODERS = { json: decodeJson, text: decodeText, elasticsearch: decodeElasticsearch }
const SAMPLE_BYTES = 8 * 1024

/**
 * Decodes a queue record: its body as received, inflated here. Every event has the receipt time as `timestamp` with the
 * flag `time_inferred`, and the header's defaults; what the event says itself stands in its attributes, from where the
 * pipeline takes it. A record never fails for its content; if the body no longer is what was counted at accept, all of
 * it becomes one dead letter. `now` is the time written on dead letters, epoch nanoseconds.
 */
export async function decodeRecord(
  header: RecordHeader,
  body: Uint8Array,
  now: Nanos,
  options: DecodeOptions = {},
): Promise<Decoded> {
  try {
    const inflated = await inflate(header.encoding, body, { maxBytes: header.bytes })
    if (inflated.length === header.bytes) return decodeBody(header, inflated, now, options)
    return damaged(header, body, now, `the body has ${inflated.length} bytes, not ${header.bytes}`)
  } catch (error) {
    return damaged(header, body, now, error instanceof Error ? error.message : String(error))
  }
}

/** The same for a body that is inflated already. */
export function decodeBody(
  header: RecordHeader,
  body: Uint8Array,
  now: Nanos,
  { shapes = true }: DecodeOptions = {},
): Decoded {
  const writer = new EventWriter(header, header.records, body)
  const records = new JsonRecords(writer, body, shapes && header.records > 1)
  const found = DECODERS[header.door](header, body, writer, records)
  if (found === header.records) return { batch: writer.finish(), deadLetters: [], json: records.reads }
  return damaged(header, body, now, `the body has ${found} records, not ${header.records}`)
}

function damaged(header: RecordHeader, body: Uint8Array, now: Nanos, reason: string): Decoded {
  const deadLetter: DeadLetter = {
    id: eventId(header.batch_id, 0),
    at: isoFromNanos(now),
    received_at: isoFromNanos(BigInt(header.received_at)),
    door: header.door,
    step: 'decode',
    reason,
    sample: Buffer.from(body.subarray(0, SAMPLE_BYTES)).toString('utf8'),
    records: Math.max(1, header.records - header.refused.length),
  }
  const json = { shaped: 0, plain: 0, plainValues: 0 }
  return { batch: new EventWriter(header, 0, new Uint8Array(0)).finish(), deadLetters: [deadLetter], json }
}

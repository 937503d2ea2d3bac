import { NANOS_PER_MILLI, type RecordHeader } from '@heartwood/event'
import { acceptLogs } from '../accept.ts'
import { RefusedBody, recordHeader } from '../accepted.ts'

/** A message that another program put into a Kafka topic. */
export interface Message {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Epoch milliseconds; undefined where its producer did not say. */
  readonly timestampMillis: number | undefined
  readonly value: Uint8Array
}

/** A record as ingest would have queued it, or why the message cannot be one. */
export type MessageRecord =
  | { readonly kind: 'record'; readonly header: RecordHeader; readonly body: Uint8Array }
  | {
      readonly kind: 'damaged'
      readonly reason: string
      readonly salvage?: { readonly header: RecordHeader; readonly body: Uint8Array }
    }

/**
 * Takes what Filebeat, Vector, Fluent Bit or kcat write: one JSON event a message, or text; several lines or an array do
 * as well. The batch id follows from the place of the message, so the same message makes the same events however often
 * it is read. Nobody waits for an answer here: a message of which a record is refused is `damaged` as a whole, so that
 * it is found among the dead letters. Received is when it came into the topic, or `nowMillis` where nothing says so.
 */
export async function acceptMessage(message: Message, nowMillis: number): Promise<MessageRecord> {
  const { topic, partition, offset, value } = message
  try {
    const accepted = await acceptLogs(value)
    const millis = Math.min(message.timestampMillis ?? nowMillis, nowMillis)
    const header = recordHeader(accepted, {
      batchId: `kafka-${topic}-${partition}-${offset}`,
      clientBatch: false,
      receivedAt: BigInt(millis) * NANOS_PER_MILLI,
      encoding: 'identity',
      defaults: {},
      bytes: value.byteLength,
    })
    const [refused] = accepted.refused
    return refused === undefined
      ? { kind: 'record', header, body: value }
      : { kind: 'damaged', reason: refused.reason, salvage: { header, body: value } }
  } catch (error) {
    if (error instanceof RefusedBody) return { kind: 'damaged', reason: error.message }
    throw error
  }
}

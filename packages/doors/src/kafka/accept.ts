import { MAX_NANOS, NANOS_PER_MILLI, type RecordHeader } from '@heartwood/event'
import { acceptLogs } from '../accept.ts'
import { type Accepted, RefusedBody, recordHeader } from '../accepted.ts'
import { acceptOtlp } from '../otlp/accept.ts'

/** A message that another program put into a Kafka topic. */
export interface Message {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** When it came into the topic or was made, as the topic has it; epoch milliseconds, undefined where nobody said. */
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
 * as well. So do requests of OTLP, as the exporter of an OpenTelemetry Collector writes them. The batch id follows from the place of the message, so the same message makes the same events however often
 * it is read. Nobody waits for an answer here: a message of which a record is refused is `damaged` as a whole, so that
 * it is found among the dead letters. Received is what the message says, however far from now: another time at each reading
 * would put events without a time of their own on another day, and there twice. Only where it says nothing it is `nowMillis`.
 */
export async function acceptMessage(message: Message, nowMillis: number): Promise<MessageRecord> {
  const { topic, partition, offset, value } = message
  try {
    const accepted = mayBeOtlp(value) ? await acceptOtlpOrLogs(value) : await acceptLogs(value)
    const millis = isTime(message.timestampMillis) ? message.timestampMillis : nowMillis
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

/** A line that begins so is hardly anything else; the whole message decides. */
function mayBeOtlp(value: Uint8Array): boolean {
  if (value[0] === PROTOBUF_RESOURCE_LOGS) return true
  const start = Buffer.from(value.buffer, value.byteOffset, Math.min(value.byteLength, START_BYTES))
  return /^\s*\{\s*"resourceLogs"\s*:/.test(start.toString('latin1'))
}

/** The tag of the one field of an ExportLogsServiceRequest, and a line feed. */
const PROTOBUF_RESOURCE_LOGS = 0x0a
const START_BYTES = 64

async function acceptOtlpOrLogs(value: Uint8Array): Promise<Accepted> {
  try {
    const accepted = await acceptOtlp(value)
    if (accepted.records > 0) return accepted
  } catch (error) {
    if (!(error instanceof RefusedBody)) throw error
  }
  return acceptLogs(value)
}

function isTime(millis: number | undefined): millis is number {
  return millis !== undefined && millis >= 0 && millis < Number(MAX_NANOS / NANOS_PER_MILLI)
}

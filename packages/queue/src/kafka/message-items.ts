import type { RecordHeader } from '@heartwood/event'
import type { KafkaMessage } from 'kafkajs'
import type { QueueItem } from '../port.ts'
import { reasonOf } from './client.ts'
import { fromMessage } from './record-message.ts'

/** A message that others put into the topic: one event as JSON, or text. */
export interface ForeignMessage {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** When it came into the topic, epoch milliseconds; undefined where its producer did not say. */
  readonly timestampMillis: number | undefined
  readonly value: Uint8Array
}

/** A record as a door would have made it of the same bytes, or why it cannot be one. */
export type AcceptedMessage =
  | { readonly kind: 'record'; readonly header: RecordHeader; readonly body: Uint8Array }
  | {
      readonly kind: 'damaged'
      readonly reason: string
      readonly salvage?: { readonly header: RecordHeader; readonly body: Uint8Array } | undefined
    }

/** Makes a record of a message that others wrote. The same message always makes the same record. */
export type AcceptMessage = (message: ForeignMessage) => Promise<AcceptedMessage>

/** Bytes of a message that cannot be read which are kept to show. */
const SAMPLE_BYTES = 1_024

/** A record that only a later version can read. */
export interface NewerRecord {
  readonly kind: 'newer'
  /** Which, and what to do about it. */
  readonly reason: string
}

/** The queue item of a message; one that cannot be read is `damaged`, and its reason says where it lies. */
export async function itemOf(
  topic: string,
  partition: number,
  message: KafkaMessage,
  accept: AcceptMessage,
): Promise<QueueItem | NewerRecord> {
  const position = BigInt(message.offset)
  const place = `topic ${topic}, partition ${partition}, offset ${position}`
  const damaged = (
    reason: string,
    salvage?: Extract<AcceptedMessage, { kind: 'damaged' }>['salvage'],
  ): QueueItem => ({
    kind: 'damaged',
    position,
    reason: `${reason} (${place})`,
    sample: message.value?.subarray(0, SAMPLE_BYTES) ?? new Uint8Array(),
    salvage,
  })
  try {
    const own = fromMessage(message.headers, message.value)
    if (own === 'newer')
      return {
        kind: 'newer',
        reason: `a record (${place}) was written by a newer version of Heartwood: start that version`,
      }
    if (own?.kind === 'damaged') return { ...own, position, reason: `${own.reason} (${place})` }
    if (own !== undefined) return { ...own, position }
    if (message.value === null) return damaged('the message has no value')
    const accepted = await accept({
      topic,
      partition,
      offset: position,
      timestampMillis: timestampOf(message),
      value: message.value,
    })
    return accepted.kind === 'damaged'
      ? damaged(accepted.reason, accepted.salvage)
      : { ...accepted, position }
  } catch (error) {
    return damaged(`the message cannot be read: ${reasonOf(error)}`)
  }
}

function timestampOf({ timestamp }: KafkaMessage): number | undefined {
  const millis = Number(timestamp)
  return Number.isSafeInteger(millis) && millis >= 0 ? millis : undefined
}

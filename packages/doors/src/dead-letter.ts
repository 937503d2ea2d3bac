import {
  type DeadLetter,
  eventId,
  isoFromNanos,
  MAX_ORIGINAL_BYTES,
  MAX_SAMPLE,
  type Nanos,
  originalHeader,
  type RecordHeader,
} from '@heartwood/event'
import type { QueuedRecord } from './decode.ts'

export interface Refusal {
  readonly step: string
  readonly reason: string
  /** The time written on the letter, epoch nanoseconds. */
  readonly now: Nanos
  /** The inflated body, where it is at hand. */
  readonly body?: Uint8Array | undefined
}

/** The letter of a whole record, with its body as received. One that was a replay is the letter it was, tried once more. */
export function letterOfRecord({ header, body: received }: QueuedRecord, refusal: Refusal): DeadLetter {
  const original = originalHeader(header)
  const first = original.first_index ?? 0
  return {
    ...commonOf(header, refusal),
    id: header.replay?.letter ?? eventId(original.batch_id, first),
    sample: sampleOf(refusal.body ?? received),
    records: Math.max(1, header.records - header.refused.length),
    batch_id: original.batch_id,
    index: first,
    ...(header.defaults.service !== undefined && { service: header.defaults.service }),
    ...replayable(original, received, header.replay?.salvaged),
  }
}

/** What a letter says of a record whatever is refused of it. */
export function commonOf(header: RecordHeader, { step, reason, now }: Refusal) {
  return {
    at: isoFromNanos(now),
    received_at: isoFromNanos(BigInt(header.received_at)),
    door: header.door,
    step,
    reason,
    attempts: (header.replay?.attempts ?? 0) + 1,
  }
}

/** What a letter keeps of the bytes, or why it keeps nothing. */
export function replayable(
  header: RecordHeader,
  body: Uint8Array,
  salvaged: true | undefined,
): Pick<DeadLetter, 'original' | 'not_replayable'> {
  if (body.length > MAX_ORIGINAL_BYTES) {
    const kept = MAX_ORIGINAL_BYTES.toLocaleString('en')
    return {
      not_replayable: `it has ${body.length.toLocaleString('en')} bytes, and up to ${kept} are kept to be replayed`,
    }
  }
  return {
    original: {
      header,
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('base64'),
      ...(salvaged && { salvaged }),
    },
  }
}

export function sampleOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, MAX_SAMPLE)).toString('utf8')
}

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
import { cutBulk, cutJsonValues, cutLines, type Frames } from './framing/index.ts'
import { inflate } from './inflate/index.ts'

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

/**
 * The letters of single events of a record, by their index in the batch: each keeps its own bytes of the body.
 * @param sampleOf what to show where the bytes cannot be found
 */
export async function lettersOfEvents(
  record: QueuedRecord,
  events: readonly (Refusal & {
    readonly index: number
    readonly service: string | undefined
    readonly text: string
  })[],
): Promise<DeadLetter[]> {
  const { header } = record
  const original = originalHeader(header)
  const first = original.first_index ?? 0
  const body = await inflate(header.encoding, record.body, { maxBytes: header.bytes })
  const bytesAt = framesOf(original, body)
  return events.map(({ index, service, text, ...refusal }) => {
    const bytes = bytesAt(index - first)
    return {
      ...commonOf(header, refusal),
      id: eventId(original.batch_id, index),
      sample: bytes === undefined ? text.slice(0, MAX_SAMPLE) : sampleOf(bytes),
      records: 1,
      batch_id: original.batch_id,
      index,
      ...(service !== undefined && { service }),
      ...(bytes === undefined
        ? { not_replayable: 'its bytes are no longer found in the body' }
        : replayable(singleHeader(original, index, bytes.length), bytes, header.replay?.salvaged)),
    }
  })
}

function commonOf(header: RecordHeader, { step, reason, now }: Refusal) {
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

/** The header of one frame alone. */
function singleHeader(header: RecordHeader, index: number, bytes: number): RecordHeader {
  return { ...header, version: 2, encoding: 'identity', records: 1, refused: [], bytes, first_index: index }
}

/** The bytes of each record, as a body that is cut into this one record. */
function framesOf(header: RecordHeader, body: Uint8Array): (place: number) => Uint8Array | undefined {
  switch (header.framing) {
    case 'ndjson':
    case 'text':
      return framesIn(body, cutLines(body))
    case 'json_array': {
      const frameAt = framesIn(body, cutJsonValues(body))
      // By itself only an object would be found again.
      return (place) => {
        const frame = frameAt(place)
        return frame && Buffer.concat([Buffer.from('['), frame, Buffer.from(']')])
      }
    }
    case 'bulk': {
      const frames = cutBulk(body)
      return (place) => {
        const frame = frames[place]
        return frame && body.subarray(frame.line, frame.end)
      }
    }
  }
}

function framesIn(body: Uint8Array, frames: Frames | undefined): (place: number) => Uint8Array | undefined {
  return (place) =>
    frames === undefined || place >= frames.length
      ? undefined
      : body.subarray(frames.starts[place], frames.ends[place])
}

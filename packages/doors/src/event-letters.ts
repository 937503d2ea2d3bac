import {
  type DeadLetter,
  eventId,
  indexOf,
  MAX_SAMPLE,
  originalHeader,
  type RecordHeader,
  textAt,
} from '@heartwood/event'
import { commonOf, type Refusal, replayable, sampleOf } from './dead-letter.ts'
import { decodeRecord, type QueuedRecord } from './decode.ts'
import { cutBulk, cutJsonValues, cutLines, type Frames } from './framing/index.ts'
import { inflate } from './inflate/index.ts'
import { joinedIn } from './multiline/join-lines.ts'
import { requestOfSome } from './otlp/request.ts'

export interface RefusedEvent extends Refusal {
  /** Of its first record, in the batch. */
  readonly index: number
  readonly service: string | undefined
  /** What to show where the bytes cannot be found. */
  readonly text: string
}

/**
 * The letters of single events of a record: each keeps its own bytes of the body, those of all the lines that were joined into it.
 * A letter stands for one event.
 */
export async function lettersOfEvents(
  record: QueuedRecord,
  events: readonly RefusedEvent[],
): Promise<DeadLetter[]> {
  const { header } = record
  const original = originalHeader(header)
  const first = original.first_index ?? 0
  const body = await inflate(header.encoding, record.body, { maxBytes: header.bytes })
  const indexesOf = await recordsOfEvents(record)
  const bytesOf = framesOf(original, body)
  return events.map(({ index, service, text, ...refusal }) => {
    const indexes = indexesOf(index)
    const bytes = bytesOf(indexes.map((one) => one - first))
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
        : replayable(ownHeader(original, indexes, bytes.length), bytes, header.replay?.salvaged)),
    }
  })
}

/** Of which records of its batch an event was made, by its index: more than one where lines were joined. */
export async function recordsOfEvents(record: QueuedRecord): Promise<(index: number) => readonly number[]> {
  const { header, body } = record
  const { batch } = await decodeRecord(header, body, BigInt(header.received_at), { joins: false })
  const indexAt = (row: number) => indexOf(textAt(batch.id, row) ?? '')
  const joined = new Map(
    joinedIn(batch, [batch.length], header.framing).map(({ first, rest }): [number, number[]] => [
      indexAt(first),
      [indexAt(first), ...rest.map(({ row }) => indexAt(row))],
    ]),
  )
  return (index) => joined.get(index) ?? [index]
}

/** The header of the records of one event alone. */
function ownHeader(header: RecordHeader, indexes: readonly number[], bytes: number): RecordHeader {
  const [first = 0] = indexes
  const records = indexes.length
  return { ...header, version: 2, encoding: 'identity', records, refused: [], bytes, first_index: first }
}

/** The bytes of some records, as a body that is cut into these. */
function framesOf(
  header: RecordHeader,
  body: Uint8Array,
): (places: readonly number[]) => Uint8Array | undefined {
  switch (header.framing) {
    case 'ndjson':
    case 'text':
      return joinedBy('\n', framesIn(body, cutLines(body)))
    case 'json_array': {
      const bytesOf = joinedBy(',', framesIn(body, cutJsonValues(body)))
      // By itself only an object would be found again.
      return (places) => {
        const bytes = bytesOf(places)
        return bytes && Buffer.concat([Buffer.from('['), bytes, Buffer.from(']')])
      }
    }
    case 'otlp_json':
    case 'otlp_protobuf': {
      const { framing } = header
      return (places) => requestOfSome(framing, body, places)
    }
    case 'bulk': {
      const frames = cutBulk(body)
      return joinedBy('\n', (place) => {
        const frame = frames[place]
        return frame && body.subarray(frame.line, frame.end)
      })
    }
  }
}

function joinedBy(
  glue: string,
  frameAt: (place: number) => Uint8Array | undefined,
): (places: readonly number[]) => Uint8Array | undefined {
  return (places) => {
    const frames = places.map(frameAt).filter((frame) => frame !== undefined)
    if (frames.length < places.length) return undefined
    return Buffer.concat(frames.flatMap((frame, at) => (at === 0 ? [frame] : [Buffer.from(glue), frame])))
  }
}

function framesIn(body: Uint8Array, frames: Frames | undefined): (place: number) => Uint8Array | undefined {
  return (place) =>
    frames === undefined || place >= frames.length
      ? undefined
      : body.subarray(frames.starts[place], frames.ends[place])
}

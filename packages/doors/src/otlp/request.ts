import { bodyStart, OPEN_BRACE, skipSpace } from '../framing/bytes.ts'
import { joinedJson, jsonRecords } from './json-request.ts'
import type { FoundRecord } from './log-record.ts'
import { protobufRecords } from './protobuf-request.ts'

/** How a request is encoded. */
export type OtlpFraming = 'otlp_json' | 'otlp_protobuf'

/** By its first byte: no message of protobuf that is a request begins with a brace. */
export function otlpFramingOf(body: Uint8Array): OtlpFraming {
  const start = skipSpace(body, bodyStart(body), body.length)
  return body[start] === OPEN_BRACE ? 'otlp_json' : 'otlp_protobuf'
}

/** The log records of a request, in order. Throws UnreadableRequest. */
export function recordsIn(framing: OtlpFraming, body: Uint8Array): Iterable<FoundRecord> {
  switch (framing) {
    case 'otlp_json': {
      const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
      return jsonRecords(bytes.toString('utf8', bodyStart(body)))
    }
    case 'otlp_protobuf':
      return protobufRecords(body)
  }
}

/** A request of some of the records of another, by their places in it; undefined where it does not have them all. */
export function requestOfSome(
  framing: OtlpFraming,
  body: Uint8Array,
  places: readonly number[],
): Uint8Array | undefined {
  const found = [...recordsIn(framing, body)]
  const alone = places.flatMap((place) => found[place]?.alone() ?? [])
  if (alone.length < places.length) return undefined
  return framing === 'otlp_json' ? joinedJson(alone) : Buffer.concat(alone)
}

import type { Accepted, RefusedRecord } from '../accepted.ts'
import type { Lines } from '../framing/index.ts'
import { MAX_RECORD_BYTES } from '../limits.ts'

/** Every line is a record; only one that is too long is refused. */
export function acceptText(lines: Lines): Accepted {
  return { door: 'text', framing: 'text', records: lines.length, refused: tooLong(lines) }
}

export function tooLong(lines: Lines): RefusedRecord[] {
  return lines.tooLong.map(({ index, bytes }) => tooLongRecord(index, bytes))
}

export function tooLongRecord(index: number, bytes: number): RefusedRecord {
  return { index, code: 'too_long', reason: `the record has ${bytes} bytes, more than ${MAX_RECORD_BYTES}` }
}

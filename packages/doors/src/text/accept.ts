import type { Accepted, RefusedRecord } from '../accepted.ts'
import type { Frames } from '../framing/index.ts'
import { MAX_RECORD_BYTES } from '../limits.ts'

/** Every line is a record; only one that is too long is refused. */
export function acceptText(frames: Frames): Accepted {
  return { door: 'text', framing: 'text', records: frames.length, refused: tooLong(frames) }
}

export function tooLong(frames: Frames): RefusedRecord[] {
  const refused: RefusedRecord[] = []
  for (let index = 0; index < frames.length; index++) {
    const bytes = (frames.ends[index] ?? 0) - (frames.starts[index] ?? 0)
    if (bytes > MAX_RECORD_BYTES) refused.push(tooLongRecord(index, bytes))
  }
  return refused
}

export function tooLongRecord(index: number, bytes: number): RefusedRecord {
  return { index, code: 'too_long', reason: `the record has ${bytes} bytes, more than ${MAX_RECORD_BYTES}` }
}

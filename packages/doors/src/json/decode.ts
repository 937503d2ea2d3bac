import type { RecordHeader } from '@heartwood/event'
import type { EventWriter } from '../columns/event-writer.ts'
import { cutJsonValues, cutLines } from '../framing/index.ts'
import type { JsonRecords } from './json-records.ts'

/**
 * An object becomes attributes, a string in an array the message. Everything else (a broken line, a number, an array
 * as a line) is kept as it was sent, as message, with the flag `parse_failed`. Gives the number of records found.
 */
export function decodeJson(
  header: RecordHeader,
  body: Uint8Array,
  writer: EventWriter,
  records: JsonRecords,
): number {
  const frames = header.framing === 'ndjson' ? cutLines(body) : cutJsonValues(body)
  if (frames === undefined) return 0
  const refused = new Set(header.refused)
  const stringIsMessage = header.framing === 'json_array'
  for (let index = 0; index < frames.length; index++) {
    if (refused.has(index)) continue
    const flags = records.write(frames.starts[index] ?? 0, frames.ends[index] ?? 0, stringIsMessage)
    writer.endEvent(index, flags)
  }
  return frames.length
}

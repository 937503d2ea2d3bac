import type { EventWriter } from '../columns/event-writer.ts'
import type { RecordReader } from '../columns/record-reader.ts'
import { cutJsonValues, cutLines } from '../framing/index.ts'
import type { JsonRecords } from './json-records.ts'

/**
 * An object becomes attributes, a string in an array the message. Everything else (a broken line, a number, an array
 * as a line) is kept as it was sent, as message, with the flag `parse_failed`. Gives the number of records found; nothing
 * is written unless these are as many as were counted.
 */
export function decodeJson(record: RecordReader, writer: EventWriter, records: JsonRecords): number {
  const { header, body } = record
  const frames = header.framing === 'ndjson' ? cutLines(body) : cutJsonValues(body)
  if (frames?.length !== header.records) return frames?.length ?? 0
  const refused = new Set(header.refused)
  const stringIsMessage = header.framing === 'json_array'
  for (let index = 0; index < frames.length; index++) {
    if (refused.has(index)) continue
    const flags = records.write(record, frames.starts[index] ?? 0, frames.ends[index] ?? 0, stringIsMessage)
    writer.endEvent(index, flags)
  }
  return frames.length
}

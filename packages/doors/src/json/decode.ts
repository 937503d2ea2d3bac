import { FLAGS, type RecordHeader } from '@heartwood/event'
import type { EventWriter } from '../columns/event-writer.ts'
import { recordReader } from '../columns/record-reader.ts'
import { cutJsonValues, cutLines, isJsonObject, parseJson } from '../framing/index.ts'

/**
 * An object becomes attributes, a string in an array the message. Everything else (a broken line, a number, an array
 * as a line) is kept as it was sent, as message, with the flag `parse_failed`. Gives the number of records found.
 */
export function decodeJson(header: RecordHeader, body: Uint8Array, writer: EventWriter): number {
  const frames = header.framing === 'ndjson' ? cutLines(body) : cutJsonValues(body)
  if (frames === undefined) return 0
  const refused = new Set(header.refused)
  const read = recordReader(body)
  for (let index = 0; index < frames.length; index++) {
    if (refused.has(index)) continue
    const { text, flags } = read(frames.starts[index] ?? 0, frames.ends[index] ?? 0)
    const flag = writeJson(text, header.framing === 'json_array', writer)
    writer.endEvent(index, flags | flag)
  }
  return frames.length
}

/** Writes one event's JSON text; gives the flags it earns. */
export function writeJson(text: string, stringIsMessage: boolean, writer: EventWriter): number {
  const json = parseJson(text)
  const repaired = json?.repaired ? FLAGS.utf8_repaired : 0
  if (isJsonObject(json?.value)) {
    writer.object(json.value)
    return repaired
  }
  if (stringIsMessage && typeof json?.value === 'string') {
    writer.message(json.value)
    return repaired
  }
  writer.message(text)
  return FLAGS.parse_failed
}

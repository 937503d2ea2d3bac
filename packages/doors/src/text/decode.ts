import { FLAGS, type RecordHeader } from '@heartwood/event'
import type { EventWriter } from '../columns/event-writer.ts'
import { RecordReader } from '../columns/record-reader.ts'
import { cutLines, isJsonObject, parseJson } from '../framing/index.ts'

/** A line is the message; a line that is a JSON object is decoded as one. Gives the number of records found. */
export function decodeText(header: RecordHeader, body: Uint8Array, writer: EventWriter): number {
  const frames = cutLines(body)
  const refused = new Set(header.refused)
  const records = new RecordReader(body)
  for (let index = 0; index < frames.length; index++) {
    if (refused.has(index)) continue
    const { text, flags } = records.read(frames.starts[index] ?? 0, frames.ends[index] ?? 0)
    const json = mayBeObject(text) ? parseJson(text) : undefined
    if (isJsonObject(json?.value)) writer.object(json.value)
    else writer.message(text)
    writer.endEvent(index, flags | (json?.repaired ? FLAGS.utf8_repaired : 0))
  }
  return frames.length
}

/** A cheap look, before the parser is asked about every line of text. */
function mayBeObject(text: string): boolean {
  return /^\s*\{/.test(text)
}

import { FLAGS } from '@heartwood/event'
import type { EventWriter } from '../columns/event-writer.ts'
import type { RecordReader } from '../columns/record-reader.ts'
import { CR, OPEN_BRACE, SPACE, TAB } from '../framing/bytes.ts'
import { cutLines, isJsonObject, parseJson } from '../framing/index.ts'

/**
 * A line is the message; a line that is a JSON object is decoded as one. Gives the number of records found; nothing is
 * written unless these are as many as were counted.
 */
export function decodeText(record: RecordReader, writer: EventWriter): number {
  const { header, body, base } = record
  const frames = cutLines(body)
  if (frames.length !== header.records) return frames.length
  const refused = new Set(header.refused)
  for (let index = 0; index < frames.length; index++) {
    if (refused.has(index)) continue
    const start = frames.starts[index] ?? 0
    const end = frames.ends[index] ?? 0
    if (record.isSound(start, end) && !mayBeObject(body, start, end)) {
      writer.messageBytes(base + start, end - start)
      writer.endEvent(index, 0)
      continue
    }
    const { text, flags } = record.read(start, end)
    const json = /^\s*\{/.test(text) ? parseJson(text) : undefined
    if (isJsonObject(json?.value)) writer.object(json.value)
    else writer.message(text)
    writer.endEvent(index, flags | (json?.repaired ? FLAGS.utf8_repaired : 0))
  }
  return frames.length
}

/** Whether a line begins with a brace, or with what may be white space that ASCII does not have. */
function mayBeObject(body: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at < end && isAsciiSpace(body[at] ?? 0)) at++
  const first = body[at] ?? 0
  return at < end && (first === OPEN_BRACE || first >= 0x80)
}

/** Space, tab, line feed, vertical tab, form feed, carriage return. */
function isAsciiSpace(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= CR)
}

import { MAX_JSON_DEPTH } from '@heartwood/event'
import type { Accepted, RefusedRecord } from '../accepted.ts'
import { type Frames, type Lines, parseJson } from '../framing/index.ts'
import { MAX_RECORD_BYTES } from '../limits.ts'
import { tooLong, tooLongRecord } from '../text/accept.ts'

/** After this many bytes of parsing, other requests get their turn. */
const TURN_BYTES = 2 * 1024 * 1024

/** NDJSON is not parsed here: a line that is no JSON will be kept as text. */
export function acceptJsonLines(lines: Lines): Accepted {
  return { door: 'json', framing: 'ndjson', records: lines.length, refused: tooLong(lines) }
}

/** The elements of an array are parsed, since the array as a whole claims to be JSON: a broken one is refused by its index. */
export async function acceptJsonValues(body: Uint8Array, frames: Frames): Promise<Accepted> {
  const refused = await unreadable(body, frames)
  return { door: 'json', framing: 'json_array', records: frames.length, refused }
}

async function unreadable(body: Uint8Array, frames: Frames): Promise<RefusedRecord[]> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const refused: RefusedRecord[] = []
  let turnEnds = TURN_BYTES
  for (let index = 0; index < frames.length; index++) {
    const start = frames.starts[index] ?? 0
    const end = frames.ends[index] ?? 0
    if (end - start > MAX_RECORD_BYTES) refused.push(tooLongRecord(index, end - start))
    else if (parseJson(bytes.toString('utf8', start, end)) === undefined)
      refused.push({
        index,
        code: 'invalid_json',
        reason: `the element is not valid JSON, or nests deeper than ${MAX_JSON_DEPTH}`,
      })
    if (end > turnEnds) {
      turnEnds = end + TURN_BYTES
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return refused
}

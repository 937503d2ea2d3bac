import { MAX_RECORDS } from '../limits.ts'
import { bodyStart, CR, LF, skipSpace } from './bytes.ts'
import { type Frames, FramesBuilder, TooManyRecords } from './frames.ts'

/**
 * Cuts a body into lines, for `ndjson` and `text`. Lines end with LF or CRLF, the last one may end with the body. Lines of
 * white space only are no records; a byte order mark at the start is skipped. Leading spaces stay: stack traces have them.
 */
export function cutLines(body: Uint8Array, maxRecords: number = MAX_RECORDS): Frames {
  const frames = new FramesBuilder()
  let start = bodyStart(body)
  while (start < body.length) {
    const newline = body.indexOf(LF, start)
    const end = newline === -1 ? body.length : newline
    if (skipSpace(body, start, end) < end) {
      if (frames.length === maxRecords) throw new TooManyRecords(maxRecords)
      frames.add(start, body[end - 1] === CR ? end - 1 : end)
    }
    start = end + 1
  }
  return frames.finish()
}

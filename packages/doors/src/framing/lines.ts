import { MAX_RECORD_BYTES, MAX_RECORDS } from '../limits.ts'
import { bodyStart, CR, LF, skipSpace } from './bytes.ts'
import { type Frame, type Frames, FramesBuilder, TooManyRecords } from './frames.ts'

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

/** What accepting has to know about the lines of a body, without a list of them all. */
export interface Lines {
  readonly length: number
  /** The first two. */
  readonly first: Frame | undefined
  readonly second: Frame | undefined
  /** Those longer than a record may be: their place in the body and their bytes. */
  readonly tooLong: readonly { readonly index: number; readonly bytes: number }[]
}

/** Finds the lines that `cutLines` cuts. */
export function surveyLines(body: Uint8Array, maxRecords: number = MAX_RECORDS): Lines {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const tooLong: { index: number; bytes: number }[] = []
  let first: Frame | undefined
  let second: Frame | undefined
  let length = 0
  for (let start = bodyStart(bytes); start < bytes.length; ) {
    const newline = bytes.indexOf(LF, start)
    const stop = newline === -1 ? bytes.length : newline
    if (skipSpace(bytes, start, stop) < stop) {
      if (length === maxRecords) throw new TooManyRecords(maxRecords)
      if (length < 2 || stop - start > MAX_RECORD_BYTES) {
        const end = bytes[stop - 1] === CR ? stop - 1 : stop
        if (length === 0) first = { start, end }
        else if (length === 1) second = { start, end }
        if (end - start > MAX_RECORD_BYTES) tooLong.push({ index: length, bytes: end - start })
      }
      length++
    }
    start = stop + 1
  }
  return { length, first, second, tooLong }
}

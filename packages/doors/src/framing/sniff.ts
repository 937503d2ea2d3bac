import { MAX_RECORD_BYTES } from '../limits.ts'
import { bodyStart, CLOSE_BRACE, OPEN_BRACE, OPEN_BRACKET, QUOTE, skipSpace } from './bytes.ts'
import type { Frame, Frames } from './frames.ts'
import { parseJson } from './json-text.ts'
import { cutJsonValues } from './json-values.ts'
import { type Lines, surveyLines } from './lines.ts'

export type Sniffed =
  | { readonly framing: 'ndjson' | 'text'; readonly lines: Lines }
  | { readonly framing: 'json_array'; readonly frames: Frames }
  | { readonly framing: 'none'; readonly reason: string }

/**
 * Finds out what a body of `POST /ingest` holds from its bytes alone: clients send JSON as a form, NDJSON as JSON and
 * anything as text, so Content-Type is not asked. In this order:
 * 1. `[`: one JSON array, if its brackets close at the end of the body and its first element is JSON (or begins an
 *    object). `[2025-01-01] started` is text.
 * 2. `{` and then `"` or `}`: NDJSON, if the first line is JSON by itself; else objects over several lines or on one
 *    line (`curl -d @file` removes newlines), if their brackets close; else NDJSON with a broken first line.
 * 3. Everything else is lines of text.
 * Broken JSON that would come out as a heap of line fragments has framing `none`: nothing of it can be read.
 */
export function sniff(body: Uint8Array): Sniffed {
  if ((body[0] === 0xff && body[1] === 0xfe) || (body[0] === 0xfe && body[1] === 0xff))
    return { framing: 'none', reason: 'the body is UTF-16; send UTF-8' }
  const start = skipSpace(body, bodyStart(body), body.length)
  const second = body[skipSpace(body, start + 1, body.length)]
  if (body[start] === OPEN_BRACKET) return sniffArray(body, second === OPEN_BRACE)
  if (body[start] === OPEN_BRACE && (second === QUOTE || second === CLOSE_BRACE)) return sniffObjects(body)
  return { framing: 'text', lines: surveyLines(body) }
}

function sniffArray(body: Uint8Array, ofObjects: boolean): Sniffed {
  const frames = cutJsonValues(body)
  if (frames !== undefined && (ofObjects || frames.length === 0 || isJson(body, firstReadable(frames))))
    return { framing: 'json_array', frames }
  if (frames === undefined && ofObjects)
    return { framing: 'none', reason: 'the JSON array does not end: brackets or quotes stay open' }
  return { framing: 'text', lines: surveyLines(body) }
}

function sniffObjects(body: Uint8Array): Sniffed {
  const lines = surveyLines(body)
  if (isJson(body, lines.first)) return { framing: 'ndjson', lines }
  const objects = cutJsonValues(body)
  if (objects !== undefined && isJson(body, frameOf(objects, 0)))
    return { framing: 'json_array', frames: objects }
  if (lines.length === 1 || startsWithBrace(body, lines.second)) return { framing: 'ndjson', lines }
  return { framing: 'none', reason: 'the JSON object is broken or does not end' }
}

function isJson(body: Uint8Array, frame: Frame | undefined): boolean {
  if (frame === undefined || frame.end - frame.start > MAX_RECORD_BYTES) return false
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString(
    'utf8',
    frame.start,
    frame.end,
  )
  return parseJson(text) !== undefined
}

function frameOf(frames: Frames, index: number): Frame {
  return { start: frames.starts[index] ?? 0, end: frames.ends[index] ?? 0 }
}

/** The first frame that is not too long to be a record; the first, where all are. */
function firstReadable(frames: Frames): Frame {
  for (let index = 0; index < frames.length; index++) {
    const frame = frameOf(frames, index)
    if (frame.end - frame.start <= MAX_RECORD_BYTES) return frame
  }
  return frameOf(frames, 0)
}

/** Whether the second line, too, begins as an object does: then lines are records and only the first is broken. */
function startsWithBrace(body: Uint8Array, second: Frame | undefined): boolean {
  return body[second?.start ?? 0] === OPEN_BRACE
}

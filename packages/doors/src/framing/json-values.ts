import { MAX_RECORDS } from '../limits.ts'
import {
  BACKSLASH,
  bodyStart,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
  trimEnd,
} from './bytes.ts'
import { type Frames, FramesBuilder, TooManyRecords } from './frames.ts'

/**
 * Cuts a body that is one JSON array into its elements, or one that is objects one after another (over any number of
 * lines) into these. It follows strings and brackets only, so an element may still be broken JSON; what matters is that
 * a broken element harms no neighbour. Undefined where the brackets do not close, or something stands behind them.
 */
export function cutJsonValues(body: Uint8Array, maxRecords: number = MAX_RECORDS): Frames | undefined {
  const end = trimEnd(body, 0, body.length)
  const start = skipSpace(body, bodyStart(body), end)
  return body[start] === OPEN_BRACKET
    ? cutArray(body, start, end, maxRecords)
    : cutObjects(body, start, end, maxRecords)
}

function cutArray(body: Uint8Array, open: number, end: number, maxRecords: number): Frames | undefined {
  const frames = new FramesBuilder()
  let start = open + 1
  let depth = 1
  for (let at = start; at < end; at++) {
    const byte = body[at]
    if (byte === QUOTE) {
      at = closingQuote(body, at, end)
      if (at === -1) return undefined
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (--depth > 0) continue
      if (byte !== CLOSE_BRACKET || at !== end - 1) return undefined
      addTrimmed(frames, body, start, at, maxRecords)
      return frames.finish()
    } else if (byte === COMMA && depth === 1) {
      addTrimmed(frames, body, start, at, maxRecords)
      start = at + 1
    }
  }
  return undefined
}

function cutObjects(body: Uint8Array, from: number, end: number, maxRecords: number): Frames | undefined {
  const frames = new FramesBuilder()
  let start = from
  let depth = 0
  for (let at = from; at < end; at++) {
    const byte = body[at]
    if (depth === 0) {
      start = skipSpace(body, at, end)
      if (body[start] !== OPEN_BRACE) return undefined
      at = start
      depth = 1
    } else if (byte === QUOTE) {
      at = closingQuote(body, at, end)
      if (at === -1) return undefined
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (--depth === 0) addTrimmed(frames, body, start, at + 1, maxRecords)
    }
  }
  return depth === 0 && frames.length > 0 ? frames.finish() : undefined
}

/** The quote that closes the string opened at `open`, or -1. */
function closingQuote(body: Uint8Array, open: number, end: number): number {
  for (let at = open + 1; at < end; at++) {
    const byte = body[at]
    if (byte === BACKSLASH) at++
    else if (byte === QUOTE) return at
  }
  return -1
}

/** Adds an element without the white space around it; nothing between two commas is no element. */
function addTrimmed(
  frames: FramesBuilder,
  body: Uint8Array,
  from: number,
  to: number,
  maxRecords: number,
): void {
  const start = skipSpace(body, from, to)
  if (start === to) return
  if (frames.length === maxRecords) throw new TooManyRecords(maxRecords)
  frames.add(start, trimEnd(body, start, to))
}

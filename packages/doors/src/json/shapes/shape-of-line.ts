import type { EventWriter, ObjectPlace } from '../../columns/event-writer.ts'
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  isSpace,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
} from '../../framing/bytes.ts'
import { MAX_VALUES } from './scanned-values.ts'
import type { ShapePiece } from './shape-trie.ts'

/** An object that is open at some point of a line. */
interface OpenObject {
  readonly place: ObjectPlace
  readonly keys: Set<string>
}

/**
 * The shape of a line that the plain way has just written as an object, so that it is sound JSON and the places of its
 * objects exist. Undefined where a line of this shape must be read the plain way: its keys are doubled or look like
 * indexes (JavaScript would put these first), or one of its objects goes to `rest`.
 */
export function shapeOfLine(
  body: Buffer,
  start: number,
  end: number,
  writer: EventWriter,
): ShapePiece[] | undefined {
  const pieces: ShapePiece[] = []
  const open: OpenObject[] = [{ place: writer.root(), keys: new Set() }]
  let glue = start
  let at = skipSpace(body, start, end) + 1
  for (let object = open.at(-1); object !== undefined; object = open.at(-1)) {
    at = skipSpace(body, at, end)
    const byte = body[at]
    if (byte === CLOSE_BRACE) {
      open.pop()
      at++
    } else if (byte === COMMA) at++
    else {
      const close = stringEnd(body, at)
      const key = textOf(body, at, close)
      if (key === undefined || /^\d+$/.test(key) || object.keys.has(key)) return undefined
      object.keys.add(key)
      // Over the colon.
      at = skipSpace(body, skipSpace(body, close, end) + 1, end)
      if (body[at] === OPEN_BRACE) {
        const place = writer.placeOf(object.place, key)
        if (place === undefined) return undefined
        open.push({ place, keys: new Set() })
        at++
      } else {
        if (pieces.length === MAX_VALUES) return undefined
        pieces.push({ start: glue, end: at, leaf: { object: object.place, key } })
        at = valueEnd(body, at, end)
        glue = at
      }
    }
  }
  pieces.push({ start: glue, end, leaf: undefined })
  return pieces
}

function textOf(body: Buffer, quote: number, end: number): string | undefined {
  const text = body.toString('utf8', quote, end)
  const value: unknown = text.includes('\\') ? JSON.parse(text) : text.slice(1, -1)
  return typeof value === 'string' ? value : undefined
}

/** Behind the string that is opened at `quote`. */
function stringEnd(body: Uint8Array, quote: number): number {
  let at = quote + 1
  while (at < body.length && body[at] !== QUOTE) at += body[at] === BACKSLASH ? 2 : 1
  return at + 1
}

/** Behind a value that is no object. */
function valueEnd(body: Uint8Array, from: number, end: number): number {
  if (body[from] === QUOTE) return stringEnd(body, from)
  let at = from
  if (body[from] !== OPEN_BRACKET) {
    while (at < end && body[at] !== COMMA && body[at] !== CLOSE_BRACE && !isSpace(body[at])) at++
    return at
  }
  let depth = 0
  while (at < end) {
    const byte = body[at]
    if (byte === QUOTE) {
      at = stringEnd(body, at)
      continue
    }
    at++
    if (byte === OPEN_BRACKET) depth++
    else if (byte === CLOSE_BRACKET && --depth === 0) break
  }
  return at
}

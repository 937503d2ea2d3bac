const SPACE = new Set([0x20, 0x09, 0x0a, 0x0d])
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const NEWLINE = 0x0a

export type DocumentShape = 'lines' | 'document' | 'unknown'

/**
 * Whether a source that starts with these bytes is one JSON document over many lines (an array of objects, or objects
 * written prettily), which cannot be cut at line ends. `unknown` asks for more bytes.
 */
export function shapeOf(start: Uint8Array, ended: boolean): DocumentShape {
  const unknown = ended ? 'lines' : 'unknown'
  const first = skipSpace(start, 0)
  if (first === start.length) return unknown
  if (start[first] === OPEN_BRACKET) {
    const second = skipSpace(start, first + 1)
    if (second === start.length) return unknown
    return start[second] === OPEN_BRACE ? 'document' : 'lines'
  }
  if (start[first] !== OPEN_BRACE) return 'lines'
  const lineEnd = start.indexOf(NEWLINE, first)
  if (lineEnd === -1) return unknown
  if (isJson(start.subarray(first, lineEnd))) return 'lines'
  const next = skipSpace(start, lineEnd)
  if (next === start.length) return unknown
  return start[next] === OPEN_BRACE ? 'lines' : 'document'
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && SPACE.has(bytes[at] ?? 0)) at++
  return at
}

function isJson(line: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(line))
    return true
  } catch {
    return false
  }
}

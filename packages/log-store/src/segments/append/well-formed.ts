import { perValue, type TextValues, textValues } from '@heartwood/event'

/** JSON texts in whose escapes no halves of surrogate pairs hide, for which DuckDB would refuse the whole document. */
export function wellFormedJsons(values: TextValues): TextValues {
  const { bytes, starts, lengths } = values.utf8()
  for (let code = 1; code < starts.length; code++) {
    const start = starts[code] ?? 0
    if (!hasBackslash(bytes, start, start + (lengths[code] ?? 0))) continue
    return textValues(perValue(values, wellFormedJson).map((json) => json ?? ''))
  }
  return values
}

function hasBackslash(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] === BACKSLASH) return true
  return false
}

const BACKSLASH = 0x5c

/** Halves of surrogate pairs, in the text and in its escapes, become U+FFFD. */
export function wellFormedJson(json: string): string {
  const text = json.toWellFormed()
  if (!/\\u[dD][89a-fA-F]/.test(text)) return text
  return text.replace(ESCAPES, (found) => (LONE.test(found) ? '\\ufffd' : found))
}

/** A pair, a half, or any other escape: so that `\\ud800`, an escaped backslash, is not taken for one. */
const ESCAPES = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\./g
const LONE = /^\\u[dD][89a-fA-F][\da-fA-F]{2}$/

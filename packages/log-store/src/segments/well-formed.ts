/**
 * Text as UTF-8 can say it: halves of surrogate pairs become U+FFFD. In JSON they may also hide in escapes, where
 * DuckDB would refuse the whole document.
 */
export function wellFormed(text: string): string {
  return text.toWellFormed()
}

export function wellFormedJson(json: string): string {
  const text = json.toWellFormed()
  if (!/\\u[dD][89a-fA-F]/.test(text)) return text
  return text.replace(ESCAPES, (found) => (LONE.test(found) ? '\\ufffd' : found))
}

/** A pair, a half, or any other escape: so that `\\ud800`, an escaped backslash, is not taken for one. */
const ESCAPES = /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\./g
const LONE = /^\\u[dD][89a-fA-F][\da-fA-F]{2}$/

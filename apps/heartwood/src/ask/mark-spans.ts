import { terminalText } from '../terminal-text.ts'

export interface MarkedSpan {
  /** Offsets into the query, UTF-16, end exclusive. */
  readonly start: number
  readonly end: number
  readonly message: string
}

/**
 * The query with a line under it for each wrong part:
 *
 *     level:error foo:(
 *                     ^ a ")" is missing
 *
 * A message that was `said` already is not said again.
 */
export function markSpans(query: string, spans: readonly MarkedSpan[], said = ''): string[] {
  if (spans.length === 0) return []
  const marks = spans.map(({ start, end, message }) => {
    const before = width(query.slice(0, start))
    const marked = Math.max(1, width(query.slice(start, end)))
    const line = `  ${' '.repeat(before)}${'^'.repeat(marked)}`
    return message === said ? line : `${line} ${terminalText(message)}`
  })
  return [`  ${terminalText(query)}`, ...marks]
}

/** Columns the text takes when shown; wide characters take two. */
function width(text: string): number {
  let columns = 0
  for (const character of terminalText(text))
    columns += WIDE.test(character) ? 2 : ZERO.test(character) ? 0 : 1
  return columns
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const ZERO = /\p{Mn}|\p{Me}|\u200d/u

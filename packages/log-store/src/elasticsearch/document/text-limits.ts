import { MAX_TERM_TEXT, TEXT_END, words } from '@heartwood/query-lang'
import { MAX_WORD } from '../words-analyzer.ts'

/** Whether a text is too long to be one term. */
export function isLongTerm(text: string): boolean {
  return text.length > MAX_TERM_TEXT
}

/** Whether a word of a text is so long that the index has only its beginning. */
export function isCutWord(text: string): boolean {
  return text.length > MAX_WORD && words(text).some((word) => word.length > MAX_WORD)
}

/** Whether query-lang takes a text for several, between which no phrase reaches: the analyzer does not. */
export function isSplitText(text: string): boolean {
  return text.includes(TEXT_END)
}

import { WORD_RANGES } from './word-ranges.ts'

/**
 * Words and letter case, the same for every compile target: a word is a run of Unicode letters, numbers, marks and `_`
 * (word-ranges.ts); "any case" is Unicode simple case folding (CaseFolding.txt, statuses C and S), which is what RE2's
 * `(?i)` does. test/words.txt holds the cases.
 */

const WORD_CLASS = WORD_RANGES.map(
  ([first, last]) => `\\u{${first.toString(16)}}-\\u{${last.toString(16)}}`,
).join('')
const WORD_RUN = new RegExp(`[${WORD_CLASS}]+`, 'gu')
const WORD_CHARACTER = new RegExp(`^[${WORD_CLASS}]$`, 'u')
// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII is meant
const ASCII_ONLY = /^[\x00-\x7f]*$/

/** The folded words of a text, in order. */
export function words(text: string): string[] {
  return fold(text).match(WORD_RUN) ?? []
}

/** A text in which two strings that differ only in case are equal. As many code points as the text has. */
export function fold(text: string): string {
  if (ASCII_ONLY.test(text)) return text.toLowerCase()
  let folded = ''
  for (const character of text) folded += foldCharacter(character)
  return folded
}

const FOLDED = new Map<string, string>()

/**
 * The fold of one code point. JavaScript has no case folding of its own: lower case of upper case gives it wherever
 * both are single code points that the engine's own `iu` matching calls equal (so not ı, İ or ß -> SS).
 */
function foldCharacter(character: string): string {
  let folded = FOLDED.get(character)
  if (folded === undefined) {
    const candidates = [character.toUpperCase().toLowerCase(), character.toLowerCase()]
    folded = candidates.find((candidate) => isSameLetter(character, candidate)) ?? character
    FOLDED.set(character, folded)
  }
  return folded
}

function isSameLetter(a: string, b: string): boolean {
  if (a === b) return true
  const codePoint = a.codePointAt(0) ?? 0
  const isSingle = b.length === String.fromCodePoint(b.codePointAt(0) ?? 0).length
  return isSingle && new RegExp(`^\\u{${codePoint.toString(16)}}$`, 'iu').test(b)
}

/** Whether a code point (of a folded or unfolded text) belongs to a word. */
export function isWordCharacter(codePoint: number): boolean {
  if (codePoint < 128) return IS_ASCII_WORD[codePoint] === 1
  return WORD_CHARACTER.test(String.fromCodePoint(codePoint))
}

const IS_ASCII_WORD = Uint8Array.from({ length: 128 }, (_, code) =>
  WORD_CHARACTER.test(String.fromCharCode(code)) ? 1 : 0,
)

/** Whether folded words stand in a row in a folded text, each whole, with only separators between them. */
export function hasPhrase(folded: string, phrase: readonly string[]): boolean {
  const [first, ...others] = phrase
  if (first === undefined) return false
  for (let at = folded.indexOf(first); at !== -1; at = folded.indexOf(first, at + 1)) {
    if (at > 0 && isWordCharacter(codePointBefore(folded, at))) continue
    let end = at + first.length
    let found = !isWordAt(folded, end)
    for (const word of others) {
      if (!found) break
      const start = skipSeparators(folded, end)
      end = start + word.length
      found = folded.startsWith(word, start) && !isWordAt(folded, end)
    }
    if (found) return true
  }
  return false
}

function isWordAt(text: string, index: number): boolean {
  return index < text.length && isWordCharacter(text.codePointAt(index) ?? 0)
}

function codePointBefore(text: string, index: number): number {
  const unit = text.charCodeAt(index - 1)
  const isLowSurrogate = unit >= 0xdc00 && unit <= 0xdfff
  return (isLowSurrogate && index > 1 ? text.codePointAt(index - 2) : undefined) ?? unit
}

function skipSeparators(text: string, start: number): number {
  let index = start
  while (index < text.length && !isWordAt(text, index))
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1
  return index
}

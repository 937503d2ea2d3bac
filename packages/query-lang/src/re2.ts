import { TEXT_END } from './text-test.ts'
import { WORD_RANGES } from './word-ranges.ts'
import { fold } from './words.ts'

const WORD_CLASS = WORD_RANGES.map(
  ([first, last]) => `\\x{${first.toString(16)}}-\\x{${last.toString(16)}}`,
).join('')

const END = `\\x{${TEXT_END.codePointAt(0)?.toString(16)}}`

/** RE2 for any character of a text, and for a run of characters between words. */
export const CHARACTER = `[^${END}]`
export const SEPARATORS = `[^${WORD_CLASS}${END}]+`

/** RE2 for the characters that words are told apart by in one way of writing texts. */
export interface WordSyntax {
  readonly word: string
  readonly separators: string
  readonly border: string
}

/**
 * Exact in ASCII, and elsewhere too generous: each other character may be part of a word or stand between two. RE2 takes
 * milliseconds for each class that spells out all letters of Unicode, and next to nothing for these.
 */
export const ASCII_WORDS: WordSyntax = {
  word: '[0-9A-Za-z_\\x{80}-\\x{10ffff}]',
  separators: '[^0-9A-Za-z_]+',
  border: '[^0-9A-Za-z_]',
}

/** Exact in a text whose runs of SEPARATORS were replaced by one space each. */
export const SPACED_WORDS: WordSyntax = {
  word: `[^ ${END}]`,
  separators: ' ',
  border: `[ ${END}]`,
}

/** RE2 for one character of a word. */
export const WORD = `[${WORD_CLASS}]`

/** RE2 that matches exactly this text. */
export function quoted(text: string): string {
  let pattern = ''
  for (const character of text) pattern += quotedCharacter(character)
  return pattern
}

function quotedCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 128 && !/\w/.test(character) ? `\\x{${code.toString(16)}}` : character
}

/** RE2 that matches this text in any case. */
export function quotedAnyCase(text: string): string {
  let pattern = ''
  for (const character of text) {
    const cases = (character.codePointAt(0) ?? 0) < 128 ? [character] : casesOf(character)
    pattern += cases.length === 1 ? quotedCharacter(character) : `[${cases.join('')}]`
  }
  return `(?i:${pattern})`
}

/** The forms of a letter, written out for those whose case is younger than RE2's tables. */
function casesOf(character: string): string[] {
  const folded = fold(character)
  const forms = [character, folded, character.toLowerCase(), character.toUpperCase(), folded.toUpperCase()]
  return [...new Set(forms)].filter((form) => [...form].length === 1 && fold(form) === folded)
}

import { RE2JS } from 're2js'
import type { FieldMatch, TextMatch } from './ast.ts'
import { type Glob, globMatcher, mapGlob, parseGlob } from './glob.ts'
import { fold, hasPhrase, isWordCharacter, words } from './words.ts'

/**
 * A noncharacter that ends a text: prose tests look at what stands before and behind it as at texts of their own.
 * DuckDB joins the columns a bare word looks into with it, and so needs one regular expression instead of one a column.
 */
export const TEXT_END = '\u{fdd0}'

/**
 * What a string must be: the meaning of a match, the same for all compile targets. Each target has one switch over it.
 */
export type TextTest =
  | { readonly kind: 'never' }
  /** The whole value, case matters. */
  | { readonly kind: 'is'; readonly value: string }
  /** Found anywhere, case matters. */
  | { readonly kind: 'contains'; readonly text: string }
  /** Folded words in a row, each whole. */
  | { readonly kind: 'phrase'; readonly words: readonly string[] }
  /** The whole value, case matters. */
  | { readonly kind: 'glob'; readonly glob: Glob }
  /** Found anywhere, across words, any case; the literals are folded. */
  | { readonly kind: 'glob_inside'; readonly glob: Glob }
  /** Words in a row, each matching its glob, any case; the literals are folded, `*` and `?` stand for word characters. */
  | { readonly kind: 'glob_words'; readonly globs: readonly Glob[] }
  /** RE2, found anywhere. */
  | { readonly kind: 'regex'; readonly pattern: string }

/** The test for prose: free text and text-like fields. */
export function proseTest(match: TextMatch): TextTest {
  switch (match.kind) {
    case 'words': {
      const phrase = words(match.text)
      if (phrase.length > 0) return { kind: 'phrase', words: phrase }
      // Without a word, as in `=>`, the characters themselves are what is looked for.
      if (match.text.includes(TEXT_END)) return { kind: 'never' }
      return match.text === '' ? { kind: 'is', value: '' } : { kind: 'contains', text: match.text }
    }
    case 'wildcard':
      return proseGlob(parseGlob(match.pattern))
    case 'regex':
      return regexTest(match.pattern)
  }
}

/** A pattern without any operator is looked for as it is, which is faster. */
function regexTest(pattern: string): TextTest {
  return /^[\w ]+$/.test(pattern) ? { kind: 'contains', text: pattern } : { kind: 'regex', pattern }
}

/** The test that a field's match puts to a string: words in text-like fields, the whole value in keyword-like ones. */
export function fieldTextTest(match: FieldMatch, kind: 'keyword' | 'text'): TextTest {
  switch (match.kind) {
    case 'equals':
      return kind === 'text'
        ? proseTest({ kind: 'words', text: match.value })
        : { kind: 'is', value: match.value }
    case 'wildcard':
      return kind === 'text' ? proseTest(match) : { kind: 'glob', glob: parseGlob(match.pattern) }
    case 'regex':
      return regexTest(match.pattern)
    case 'compare':
      return { kind: 'never' }
    case 'exists':
      return { kind: 'glob', glob: [{ kind: 'any' }] }
  }
}

function proseGlob(glob: Glob): TextTest {
  const folded = mapGlob(glob, fold)
  const isOpen = glob.length >= 2 && glob[0]?.kind === 'any' && glob.at(-1)?.kind === 'any'
  if (isOpen) return isInOneText(glob) ? { kind: 'glob_inside', glob: folded } : { kind: 'never' }
  const globs = wordGlobs(folded)
  return globs.length === 0 ? { kind: 'never' } : { kind: 'glob_words', globs }
}

function isInOneText(glob: Glob): boolean {
  return glob.every((part) => part.kind !== 'literal' || !part.text.includes(TEXT_END))
}

/** Cuts a pattern at the characters that are part of no word. */
function wordGlobs(glob: Glob): Glob[] {
  const globs: Glob[] = []
  let current: Glob = []
  const close = () => {
    if (current.length > 0) globs.push(current)
    current = []
  }
  for (const part of glob) {
    if (part.kind !== 'literal') {
      current = [...current, part]
      continue
    }
    let literal = ''
    for (const character of part.text) {
      if (isWordCharacter(character.codePointAt(0) ?? 0)) literal += character
      else {
        if (literal !== '') current = [...current, { kind: 'literal', text: literal }]
        literal = ''
        close()
      }
    }
    if (literal !== '') current = [...current, { kind: 'literal', text: literal }]
  }
  close()
  return globs
}

/** The test as a function of a string. */
export function textMatcher(test: TextTest): (text: string) => boolean {
  switch (test.kind) {
    case 'never':
      return () => false
    case 'is':
      return (text) => text === test.value
    case 'contains':
      return (text) => text.includes(test.text)
    case 'phrase':
      return eachText((text) => hasPhrase(fold(text), test.words))
    case 'glob':
      return globMatcher(test.glob)
    case 'glob_inside': {
      const [, only] = test.glob
      if (test.glob.length === 3 && only?.kind === 'literal') return (text) => fold(text).includes(only.text)
      const matches = globMatcher(test.glob)
      return eachText((text) => matches(fold(text)))
    }
    case 'glob_words': {
      const matchers = test.globs.map(globMatcher)
      return eachText((text) => hasRow(words(text), matchers))
    }
    case 'regex': {
      const regex = RE2JS.compile(test.pattern)
      return (text) => regex.test(text)
    }
  }
}

function eachText(matches: (text: string) => boolean): (text: string) => boolean {
  return (text) => (text.includes(TEXT_END) ? text.split(TEXT_END).some(matches) : matches(text))
}

function hasRow(found: readonly string[], matchers: readonly ((word: string) => boolean)[]): boolean {
  for (let start = 0; start + matchers.length <= found.length; start++) {
    if (matchers.every((matches, offset) => matches(found[start + offset] ?? ''))) return true
  }
  return false
}

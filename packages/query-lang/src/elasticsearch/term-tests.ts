import type { Glob } from '../glob.ts'
import { regexLiterals } from '../regex-literals.ts'
import type { TextTest } from '../text-test.ts'
import { allOf, atMost, exactly, type Narrowed, NOTHING, UNKNOWN } from './clause.ts'
import { MAX_TERM_TEXT } from './document-terms.ts'

/** Above so many wildcards Lucene may find a pattern too complex. */
const MAX_WILDCARDS = 8
/** Longest pattern (UTF-16 units): each character is a state of Lucene's automaton, of which there may be 10,000. */
const MAX_PATTERN = 1000

/**
 * The terms of a keyword field that begin with `prefix`, and behind it have a text that passes a test for whole values.
 * Tests of prose say nothing about whole values, and of a regular expression its literals are known.
 */
export function termsWhose(test: TextTest, field: string, prefix: string): Narrowed {
  switch (test.kind) {
    case 'never':
      return NOTHING
    case 'is':
      return isLong(test.value) ? NOTHING : exactly({ term: { [field]: prefix + test.value } })
    case 'contains':
      return termsLike(
        [{ kind: 'any' }, { kind: 'literal', text: test.text }, { kind: 'any' }],
        field,
        prefix,
      )
    case 'glob':
      return termsLike(test.glob, field, prefix)
    case 'regex':
      return atMost(allOf(casedLiterals(test.pattern).map((text) => termsLike(inside(text), field, prefix))))
    case 'phrase':
    case 'glob_inside':
    case 'glob_words':
      return UNKNOWN
  }
}

/** Literals of a pattern whose case matters: flags can say that it does not. */
function casedLiterals(pattern: string): string[] {
  return pattern.includes('(?') ? [] : regexLiterals(pattern)
}

function inside(text: string): Glob {
  return [{ kind: 'any' }, { kind: 'literal', text }, { kind: 'any' }]
}

/** The terms of a keyword field that are `prefix` and a text of this shape. @param before a pattern between the two */
export function termsLike(glob: Glob, field: string, prefix: string, before = ''): Narrowed {
  const literals = glob.reduce((sum, part) => sum + (part.kind === 'literal' ? part.text.length : 0), 0)
  const wildcards = glob.filter(({ kind }) => kind !== 'literal').length
  if (literals > MAX_TERM_TEXT) return NOTHING
  if (wildcards > MAX_WILDCARDS || literals > MAX_PATTERN) return UNKNOWN
  return exactly({ wildcard: { [field]: { value: escaped(prefix) + before + patternOf(glob) } } })
}

export function patternOf(glob: Glob): string {
  return glob
    .map((part) => {
      switch (part.kind) {
        case 'literal':
          return escaped(part.text)
        case 'any':
          return '*'
        case 'one':
          return '?'
      }
      return ''
    })
    .join('')
}

function escaped(text: string): string {
  return text.replace(/[*?\\]/g, '\\$&')
}

function isLong(value: string): boolean {
  return value.length > MAX_TERM_TEXT
}

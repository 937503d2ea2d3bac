import type { Glob } from '../glob.ts'
import { regexLiterals } from '../regex-literals.ts'
import type { TextTest } from '../text-test.ts'
import { allOf, atMost, exactly, type Narrowed, NOTHING, UNKNOWN } from './clause.ts'
import { MAX_TERM_TEXT } from './document-terms.ts'

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
  if (literalLength(glob) > MAX_TERM_TEXT) return NOTHING
  const like = (shape: Glob): Narrowed =>
    exactly({ wildcard: { [field]: { value: escaped(prefix) + before + patternOf(shape) } } })
  return isSimple(glob) ? like(glob) : atMost(like(simpler(glob)))
}

/** Longest literals (UTF-16 units), and most wildcards, of a pattern that Lucene never finds too complex. */
const MAX_LITERALS = 64
const MAX_WILDCARDS = 4
/** Of one that only ends in a wildcard. */
const MAX_PREFIX = 1000

/** Whether Lucene takes a pattern: what it has to do for one can grow with the square of its length. */
export function isSimple(glob: Glob): boolean {
  const length = literalLength(glob)
  const [first, second] = glob
  const isPrefix =
    first?.kind === 'literal' && (glob.length === 1 || (glob.length === 2 && second?.kind === 'any'))
  if (isPrefix) return length <= MAX_PREFIX
  return length <= MAX_LITERALS && glob.length <= 2 * MAX_WILDCARDS + 1
}

/** A simple pattern for all that a pattern is for, and more: something of its longest literal. */
export function simpler(glob: Glob): Glob {
  const literals = glob.flatMap((part) => (part.kind === 'literal' ? [part.text] : []))
  const longest = literals.reduce((most, text) => (text.length > most.length ? text : most), '')
  // Whole code points.
  const text = Array.from(longest.slice(0, MAX_LITERALS + 1))
    .slice(0, -1)
    .join('')
  return [{ kind: 'any' }, { kind: 'literal', text }, { kind: 'any' }]
}

export function literalLength(glob: Glob): number {
  return glob.reduce((sum, part) => sum + (part.kind === 'literal' ? part.text.length : 0), 0)
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

import type { FieldMatch } from '../ast.ts'
import { integerComparison, type NumberOp } from '../number-literal.ts'
import { type TextTest, textMatcher } from '../text-test.ts'
import { type NumberTest, type ValueTest, valueTest } from '../value-test.ts'
import { allOf, anyOf, atMost, exactly, type Narrowed, NOTHING } from './clause.ts'
import {
  KEY_TYPES,
  type KeyType,
  keyTerm,
  MAX_KEY,
  POSITIVE,
  sortableDouble,
  sortableInteger,
  type TermArea,
  type TermType,
  termPrefix,
} from './document-terms.ts'
import { termsLike, termsWhose } from './term-tests.ts'
import { textsWhose } from './word-tests.ts'

interface Place {
  readonly area: TermArea
  readonly key: string
  readonly kind: 'keyword' | 'text'
}

/** What the index knows of an attribute or resource value, `rest` included: the terms of each type it can have. */
export function keyedValue(place: Place, match: FieldMatch): Narrowed {
  // Events with such keys are all marked `inexact`.
  if (place.key.length > MAX_KEY || place.key.includes('\u0000')) return NOTHING
  if (match.kind === 'exists') return hasKey(place, KEY_TYPES)
  const test = valueTest(match, place.kind)
  return anyOf([
    strings(place, test.text),
    ...['true', 'false']
      .filter(textMatcher(test.text))
      .map((value) => exactly({ term: { terms: prefixOf(place, 'boolean') + value } })),
    numbers(place, test.number),
    digits(place, test),
  ])
}

/** The event has a value at the key, of one of these types. Elements of arrays, and of what is in `rest`, have any. */
function hasKey({ area, key }: Place, types: readonly KeyType[]): Narrowed {
  return exactly({ terms: { keys: types.map((type) => keyTerm(area, type, key)) } })
}

function strings(place: Place, test: TextTest): Narrowed {
  if (test.kind === 'never') return NOTHING
  const isPossible = hasKey(place, ['string', 'array', 'rest'])
  const isWhole = place.kind === 'keyword' || test.kind === 'is'
  if (isWhole) return allOf([isPossible, termsWhose(test, 'terms', prefixOf(place, 'string'))])
  // '' is in no index of words, and a pattern can match it.
  if (test.kind === 'regex') return atMost(isPossible)
  return textsWhose(test, [`prose.${place.key}`])
}

function numbers(place: Place, test: NumberTest | undefined): Narrowed {
  if (test === undefined) return NOTHING
  const { op, literal } = test
  const integer = integerComparison(op, literal)
  return anyOf([
    integer === 'never'
      ? NOTHING
      : integer === 'always'
        ? termRange(place, 'int64')
        : termRange(place, 'int64', integer.op, sortableInteger(String(integer.bound))),
    termRange(place, 'double', op, sortableDouble(literal.double)),
  ])
}

/** Terms of a type that stand in an order to a value; all of them without one. */
function termRange(place: Place, type: TermType, op?: NumberOp, value = ''): Narrowed {
  const prefix = prefixOf(place, type)
  const [first, end] = [{ gte: prefix }, { lt: `${prefix.slice(0, -1)}\u0001` }]
  switch (op) {
    case undefined:
      return exactly({ range: { terms: { ...first, ...end } } })
    case '=':
      return exactly({ term: { terms: prefix + value } })
    case '>':
      return exactly({ range: { terms: { gt: prefix + value, ...end } } })
    case '>=':
      return exactly({ range: { terms: { gte: prefix + value, ...end } } })
    case '<':
      return exactly({ range: { terms: { ...first, lt: prefix + value } } })
    case '<=':
      return exactly({ range: { terms: { ...first, lte: prefix + value } } })
  }
}

/** Integers whose digits pass a test of text. */
function digits(place: Place, { text, digits }: ValueTest): Narrowed {
  if (!digits || text.kind === 'never') return NOTHING
  const isPossible = hasKey(place, ['int64', 'array', 'rest'])
  if (text.kind !== 'glob' && text.kind !== 'contains') return atMost(isPossible)
  const glob =
    text.kind === 'glob'
      ? text.glob
      : ([{ kind: 'any' }, { kind: 'literal', text: text.text }, { kind: 'any' }] as const)
  return allOf([
    isPossible,
    anyOf([
      termsLike(glob, 'terms', prefixOf(place, 'int64') + POSITIVE, '?'),
      termsLike(glob, 'terms', prefixOf(place, 'digits')),
    ]),
  ])
}

function prefixOf({ area, key }: Place, type: TermType): string {
  return termPrefix(area, type, key)
}

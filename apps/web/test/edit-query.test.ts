import { parse, print } from '@heartwood/query-lang'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  droppedTerms,
  hasFilter,
  toggledFilter,
  withFilter,
  withoutFilter,
} from '../src/features/search/edit-query.ts'

test('each filter of a query can be taken away by itself, and the others stay', () => {
  expect(droppedTerms('timeout level:error NOT service:web')).toEqual([
    { term: 'timeout', rest: 'level:error NOT service:web' },
    { term: 'level:error', rest: 'timeout NOT service:web' },
    { term: 'NOT service:web', rest: 'timeout level:error' },
  ])
  for (const whole of ['', 'timeout', 'a OR b', '(broken']) expect(droppedTerms(whole), whole).toEqual([])
})

const checkout = { field: 'service', value: 'checkout' }

describe('filters added by a click', () => {
  test.each([
    ['', 'service:checkout'],
    ['*', 'service:checkout'],
    ['timeout', 'timeout service:checkout'],
    ['a OR b', '(a OR b) service:checkout'],
    ['timeout service:checkout', 'timeout service:checkout'],
    ['level:', 'service:checkout'],
  ])('%j with service:checkout is %j', (text, expected) => {
    expect(withFilter(text, checkout)).toBe(expected)
  })

  test('including takes the exclusion of the same value away, and the other way round', () => {
    const excluded = withFilter('timeout', { ...checkout, exclude: true })
    expect(hasFilter(excluded, { ...checkout, exclude: true })).toBe(true)
    const included = withFilter(excluded, checkout)
    expect(included).toBe('timeout service:checkout')
    expect(withFilter(included, { ...checkout, exclude: true })).toBe(excluded)
  })

  test('the rest of the query keeps its wording when a filter is added', () => {
    expect(withFilter('"payment  failed"   and  not  x', checkout)).toBe(
      '"payment  failed"   and  not  x service:checkout',
    )
  })

  test('any value of any field makes a valid query that says exactly this, and goes away again', () => {
    const name = fc.oneof(
      fc.constantFrom('service', 'http.status', 'user id', 'weird"name', 'and'),
      fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== ''),
    )
    fc.assert(
      fc.property(name, fc.string({ unit: 'grapheme' }), fc.boolean(), (field, value, exclude) => {
        const filter = { field, value, exclude }
        const added = withFilter('timeout', filter)
        const parsed = parse(added)
        // The checker may refuse values a field can never have (level:abc); the text is still what was meant.
        if (!parsed.valid) return
        expect(parse(print(parsed.query)).query).toMatchObject({ kind: 'and' })
        expect(hasFilter(added, filter)).toBe(true)
        expect(withoutFilter(added, filter)).toBe('timeout')
        expect(toggledFilter(added, filter)).toBe('timeout')
      }),
    )
  })
})

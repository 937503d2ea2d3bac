import { parse, print } from '@heartwood/query-lang'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ANY_VALUE,
  choiceOf,
  type FieldChoice,
  toggledValue,
  withChoice,
} from '../../src/features/search/fields/field-choice.ts'

describe('the choice of values of a field', () => {
  test('several values are any of them, beside what the query asks else', () => {
    const two = withChoice('timeout level:error', 'service', { included: ['a', 'b'], excluded: [] })
    expect(print(parse(two).query)).toBe(print(parse('timeout level:error (service:a OR service:b)').query))
    expect(withChoice(two, 'service', { included: ['b'], excluded: [] })).toBe(
      'timeout level:error service:b',
    )
    expect(withChoice('x OR y', 'service', { included: ['a', 'b'], excluded: [] })).toBe(
      '(x OR y) (service:a OR service:b)',
    )
  })

  test('a value is included or excluded, not both, and a second click takes it back', () => {
    const included = toggledValue(ANY_VALUE, 'a', 'included')
    expect(toggledValue(included, 'a', 'excluded')).toEqual({ included: [], excluded: ['a'] })
    expect(toggledValue(included, 'a', 'included')).toEqual(ANY_VALUE)
  })

  test('it is read from any way to write it, and from no term that says more', () => {
    const of = (text: string) => choiceOf(text, 'service')
    expect(of('service.name:a -service:b')).toEqual({ included: ['a'], excluded: ['b'] })
    expect(of('service:(a OR b) x')).toEqual({ included: ['a', 'b'], excluded: [] })
    expect(of('service:a OR level:error')).toEqual(ANY_VALUE)
    expect(of('(service:a')).toEqual(ANY_VALUE)
  })

  test('every choice comes back from the query as it was, and what else is asked stays', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
    const anyChoice = fc
      .uniqueArray(value, { maxLength: 5 })
      .chain((values) =>
        fc
          .integer({ min: 0, max: values.length })
          .map((cut): FieldChoice => ({ included: values.slice(0, cut), excluded: values.slice(cut) })),
      )
    const rest = fc.constantFrom('', 'timeout', 'level:error "a b"', 'x OR y', 'NOT z', 'service:old', '*')
    fc.assert(
      fc.property(rest, anyChoice, anyChoice, (text, first, second) => {
        const changed = withChoice(withChoice(text, 'service', first), 'service', second)
        expect(parse(changed).valid, changed).toBe(true)
        expect(choiceOf(changed, 'service')).toEqual(second)
        const bare = withChoice(changed, 'service', ANY_VALUE)
        expect(print(parse(bare).query)).toBe(print(parse(withChoice(text, 'service', ANY_VALUE)).query))
      }),
    )
  })
})

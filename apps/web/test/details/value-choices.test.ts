import type { LogJson } from '@heartwood/api'
import { parse, print } from '@heartwood/query-lang'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FieldRow } from '../../src/features/search/details/fields/field-row.ts'
import { fieldsOf } from '../../src/features/search/details/fields/fields-of.ts'
import { fieldAndValue, valueChoices } from '../../src/features/search/details/fields/value-choices.ts'
import { withTerm } from '../../src/features/search/edit-query.ts'

const LOG: LogJson = {
  id: 'b-0',
  '@timestamp': '2026-03-01T00:00:00.123456789Z',
  observed_at: '2026-03-01T00:00:01Z',
  level: 'error',
  severity_number: 17,
  service: 'checkout',
  message: 'boom',
  source: 'json',
  weight: 1,
  flags: [],
  attributes: { status: 500, big: 9007199254740993n, 'user id': 'a "b"', ok: true },
  resource: { region: 'eu' },
  rest: { items: [{ a: 1 }], note: 'shipped late' },
}

function row(name: string): FieldRow {
  const found = fieldsOf(LOG).find((each) => each.name === name)
  if (found === undefined) throw new Error(`no field ${name}`)
  return found
}
const queries = (name: string) => valueChoices(row(name)).map(({ term }) => print(term))

describe('what can be done with a value', () => {
  test('a number can also be a bound, with all its digits', () => {
    expect(queries('big')).toEqual([
      'big:9007199254740993',
      'NOT big:9007199254740993',
      'big>9007199254740993',
      'big<9007199254740993',
      'big:*',
    ])
  })

  test('text, truth and resource values are included, excluded, or asked to be there', () => {
    expect(queries('user id')).toEqual(['"user id":"a \\"b\\""', 'NOT "user id":"a \\"b\\""', '"user id":*'])
    expect(queries('ok')).toEqual(['ok:true', 'NOT ok:true', 'ok:*'])
    expect(queries('region')[0]).toBe('resource.region:eu')
  })

  test('a time is an end of what is shown', () => {
    expect(queries('@timestamp')).toEqual(
      ['@timestamp>="2026-03-01T00:00:00.123456789Z"', '@timestamp<="2026-03-01T00:00:00.123456789Z"'].map(
        (query) => print(parse(query).query),
      ),
    )
  })

  test('text that no query can name is found by its words; an object offers nothing', () => {
    expect(queries('note')).toEqual(['"shipped late"'])
    expect(queries('items')).toEqual([])
  })

  test('every choice of any field and value makes a valid query, added to any other', () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.double({ noNaN: true }),
      fc.boolean(),
      fc.bigInt(),
    )
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== '')
    fc.assert(
      fc.property(name, value, (key, one) => {
        const rows = fieldsOf({ ...LOG, attributes: { [key]: one } }).filter(
          ({ group }) => group === 'attributes',
        )
        for (const each of rows) {
          const [only] = valueChoices(each)
          // Fields of the event take only their own values (level:abc has an error).
          if (only === undefined || !parse(print(only.term)).valid) continue
          expect(parse(withTerm('a OR b', only.term)).valid).toBe(true)
          expect(parse(fieldAndValue(each)).valid).toBe(true)
        }
      }),
    )
  })
})

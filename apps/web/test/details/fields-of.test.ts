import type { LogJson } from '@heartwood/api'
import { describe, expect, test } from 'vitest'
import { fieldsOf } from '../../src/features/search/details/fields/fields-of.ts'

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
  raw: '{"message":"boom"}',
  flags: ['time_inferred'],
  attributes: { status: 500, service: 'inner', big: 9007199254740993n, tags: ['a', 'b'], nothing: [] },
  resource: { 'service.version': '2.1' },
  rest: { items: [{ a: 1 }] },
}

describe('the fields of an opened row', () => {
  const rows = fieldsOf(LOG)
  const find = (name: string) => rows.filter((row) => row.name === name)

  test('every field is there once, message and raw are shown apart', () => {
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        '@timestamp',
        'id',
        'level',
        'service',
        'status',
        'big',
        'tags',
        'service.version',
        'items',
      ]),
    )
    expect(find('message')).toEqual([])
    expect(find('raw')).toEqual([])
    expect(find('weight')).toEqual([])
  })

  test('an integer past 2^53 keeps its digits', () => {
    expect(find('big')[0]?.value).toBe('9007199254740993')
  })

  test('an attribute named like a field of the event says that it is the attribute', () => {
    expect(find('service').map(({ value, filter }) => [value, filter])).toEqual([
      ['checkout', 'service'],
      ['inner', 'attributes.service'],
    ])
  })

  test('each element of an array can be filtered by; objects cannot', () => {
    expect(find('tags').map(({ value, filter }) => [value, filter])).toEqual([
      ['a', 'tags'],
      ['b', 'tags'],
    ])
    expect(find('items')[0]).toMatchObject({ filter: undefined, nested: [{ a: 1 }] })
    expect(find('service.version')[0]?.filter).toBe('resource.service.version')
  })

  test('a number, a text, a list and a time are told apart, and every line has a key of its own', () => {
    const types = ['status', 'service.version', '@timestamp', 'items'].map((name) => find(name)[0]?.type)
    expect(types).toEqual(['number', 'text', 'time', 'object'])
    expect(find('tags').map(({ inList }) => inList)).toEqual([true, true])
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
  })
})

import { parse } from '@heartwood/query-lang'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backHref } from '../../src/features/trace/back-href.ts'
import {
  correlationHref,
  correlationQuery,
  idOfSegment,
  pageHref,
} from '../../src/features/trace/correlation.ts'

const anyId = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }),
  fc.constantFrom('a/b', '50%25', '"quoted"', '?x=1#y', '..a', '\u202egnp', '<script>', 'x'.repeat(300)),
)

describe('the address of a trace', () => {
  test('carries any id in one segment, and gives it back', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        fc.pre(!/^\.{0,2}$/.test(id) && id.isWellFormed())
        const href = pageHref('trace', id) ?? ''
        const [, page, segment = '', ...more] = new URL(href, 'http://localhost').pathname.split('/')
        expect([page, more]).toEqual(['trace', []])
        expect(idOfSegment(segment)).toBe(id)
      }),
    )
  })

  test('is there for trace and request ids only, and not for what a browser takes for a folder', () => {
    expect(correlationHref('request_id', 'r 1')).toBe('/request/r%201')
    expect(correlationHref('span_id', 'x')).toBeUndefined()
    for (const id of ['', '.', '..', '\ud800']) expect(correlationHref('trace_id', id), id).toBeUndefined()
  })

  test('that is wrongly escaped stands for itself', () => {
    expect(idOfSegment('%zz')).toBe('%zz')
  })
})

describe('the question for a trace', () => {
  test('is a valid query for any id, services and levels', () => {
    fc.assert(
      fc.property(anyId, fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }), (id, service) => {
        const { valid, query } = parse(
          correlationQuery('trace', id, { service, level: ['error', 'unknown'] }),
        )
        expect(valid).toBe(true)
        expect(query.kind).toBe('and')
        const alone = { kind: 'field', field: 'trace_id', match: { kind: 'equals', value: id } }
        expect(parse(correlationQuery('trace', id)).query).toMatchObject(alone)
      }),
    )
  })

  test('a line without a service is chosen by having none', () => {
    expect(correlationQuery('request', 'r', { service: ['', 'a'], level: [] })).toBe(
      'request_id:r (NOT service:* OR service:a)',
    )
  })
})

test('the way back leads to the search the reader came from, and never to another server', () => {
  const origin = 'http://logs.example:8080'
  expect(backHref(`${origin}/?query=level%3Aerror&open=b-1`, origin)).toBe('/?query=level%3Aerror&open=b-1')
  for (const elsewhere of ['', 'https://evil.example/?query=x', `${origin}/dead-letters?x=1`, 'nonsense']) {
    expect(backHref(elsewhere, origin)).toBe('/')
  }
})

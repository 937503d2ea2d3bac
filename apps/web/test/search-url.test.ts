import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { searchHref, searchOfUrl } from '../src/features/search/search-url.ts'

describe('the URL', () => {
  test('every search comes back from its URL as it was', () => {
    const search = fc.record({
      query: fc.string({ unit: 'grapheme' }),
      from: fc.constantFrom('now-1h', 'now-7d', 'beginning', '2026-03-01T10:00:00.000Z', '1767225600000'),
      to: fc.constantFrom('now', 'now-5m', '2026-03-02T10:00:00.000Z'),
      live: fc.boolean(),
      open: fc.option(fc.string({ minLength: 1 })),
      by: fc.constantFrom('level', 'http.status'),
      view: fc.constantFrom('logs' as const, 'patterns' as const),
    })
    fc.assert(
      fc.property(search, (state) => {
        expect(searchOfUrl(searchHref(state))).toMatchObject(state)
      }),
    )
  })

  test('what is not a time, or not there, falls back to the last hour', () => {
    expect(searchOfUrl('?from=%3Cscript%3E&live=perhaps')).toMatchObject({
      query: '',
      from: 'now-1h',
      to: 'now',
      live: false,
      open: null,
    })
  })

  test('a search as by default has a bare URL', () => {
    expect(searchHref({ query: '', from: 'now-1h', to: 'now', live: false, open: null })).toBe('')
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { absoluteHref, bareEventHref, eventHref } from '../src/features/search/links/absolute-href.ts'
import { type SearchState, searchOfUrl } from '../src/features/search/search-url.ts'
import { resolveRange } from '../src/features/search/time-range/time-range.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const LATER = NOW + 86_400_000
const DEFAULT = searchOfUrl('')
const stateOf = (href: string): SearchState => searchOfUrl(href.slice(1))

describe('a copied link', () => {
  test('shows the same range whenever it is opened, and does not follow live', () => {
    const end = fc.constantFrom('now', 'now-15m', 'now-1h', 'now-7d', 'now+1h', 'beginning', '1767225600000')
    fc.assert(
      fc.property(end, end, fc.string(), fc.boolean(), (from, to, query, live) => {
        const search = { ...DEFAULT, from, to, query, live }
        const linked = stateOf(absoluteHref(search, NOW))
        expect(resolveRange(linked, LATER)).toEqual(resolveRange(search, NOW))
        expect(linked).toMatchObject({ query, live: false })
      }),
    )
  })

  test('a time that stands fixed already stays as it was written, to the nanosecond', () => {
    const from = '2026-02-01T00:00:00.000000001Z'
    expect(stateOf(absoluteHref({ ...DEFAULT, from }, NOW)).from).toBe(from)
  })

  test('to an event has the event open, the query kept and a range that holds it', () => {
    const ago = fc.integer({ min: 0, max: 40 * 86_400_000 })
    const from = fc.constantFrom('now-5m', 'now-1h', 'now-30d', 'beginning')
    fc.assert(
      fc.property(ago, from, (millis, start) => {
        const event = { id: 'b-7', '@timestamp': new Date(NOW - millis).toISOString() }
        const linked = stateOf(eventHref({ ...DEFAULT, query: 'level:error', from: start }, event, NOW))
        const range = resolveRange(linked, LATER)
        expect(linked).toMatchObject({ query: 'level:error', open: 'b-7' })
        expect(range?.from).toBeLessThanOrEqual(NOW - millis)
        expect(range?.to).toBeGreaterThan(NOW - millis - 1)
        expect((range?.to ?? 0) - (range?.from ?? 0)).toBeLessThanOrEqual(3_600_000)
      }),
    )
  })

  test('to the event alone names nothing else, whatever its id', () => {
    expect(bareEventHref('a b/c?&#"ü')).toMatch(/^\/\?open=[^ "#]+$/)
    expect(stateOf(bareEventHref('a b/c?&#"ü'))).toEqual({ ...DEFAULT, open: 'a b/c?&#"ü' })
  })
})

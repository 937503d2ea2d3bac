import { rowsOf } from '@heartwood/event'
import { compilePredicate, messageShape, print, shapeQuery } from '@heartwood/query-lang'
import { anyEvent, anyText, anyValidQuery } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { append, batchOf, draft, EVER, type OpenStore, openStore, query, RECENT } from './store-under-test.ts'

const MINUTE = 60_000_000_000n
const EXACT = { limit: 1000, interval: MINUTE, events: 1_000_000 }

export function patterns(open: OpenStore): void {
  test('messages are counted by shape, with their levels and times, most first', async () => {
    await using store = await openStore(open)
    const start = RECENT - (RECENT % MINUTE)
    await append(store, [
      ...Array.from({ length: 6 }, (_, index) =>
        draft(`a-${index}`, {
          timestamp: start + BigInt(index) * (MINUTE / 2n),
          severity_number: index < 4 ? 9 : 17,
          message: `order ${index} took ${index}.5 ms`,
        }),
      ),
      draft('b-0', { timestamp: start, message: 'kiln is cold' }),
      draft('c-0', { timestamp: start, message: '' }),
    ])
    const asked = { query: query('*'), range: EVER, ...EXACT }
    expect(await store.reader.patterns({ ...asked, limit: 2 })).toEqual({
      matched: 8,
      looked: 8,
      shapes: 3,
      patterns: [
        {
          shape: 'order <*> took <*> ms',
          count: 6,
          levels: { info: 4, error: 2 },
          first: start,
          last: start + (5n * MINUTE) / 2n,
          buckets: [0n, 1n, 2n].map((index) => ({ start: start + index * MINUTE, count: 2 })),
        },
        {
          shape: '',
          count: 1,
          levels: { unknown: 1 },
          first: start,
          last: start,
          buckets: [{ start, count: 1 }],
        },
      ],
    })
    const none = await store.reader.patterns({ ...asked, query: query('nosuchword') })
    expect(none).toEqual({ matched: 0, looked: 0, shapes: 0, patterns: [] })
  })

  test('of too many events a sample is counted, and how many are in it is said', async () => {
    await using store = await openStore(open)
    await append(
      store,
      Array.from({ length: 4000 }, (_, index) =>
        draft(`s-${index}`, { message: index % 4 === 0 ? `slow ${index}` : `quick ${index}` }),
      ),
    )
    const { matched, looked, patterns } = await store.reader.patterns({
      query: query('*'),
      range: EVER,
      ...EXACT,
      events: 1000,
    })
    expect(matched).toBe(4000)
    expect(looked).toBeGreaterThan(800)
    expect(looked).toBeLessThan(1200)
    expect(patterns.reduce((sum, { count }) => sum + count, 0)).toBe(looked)
  })

  test('under generated events and queries, patterns agree with the shape of each message, and their queries find them', async () => {
    const anyMessage = fc.oneof(
      anyText,
      fc.constantFrom('job 5 done', 'job 77 done', 'a/b [c] 1.5', `${'x'.repeat(999)}😀 y`, 'q\\n "1"'),
    )
    const anyDraft = fc.tuple(anyEvent, anyMessage).map(([event, message]) => ({ ...event, message }))
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyDraft, { minLength: 1, maxLength: 40 }),
        fc.array(anyValidQuery, { minLength: 3, maxLength: 5 }),
        async (events, queries) => {
          await using store = await openStore(open)
          const drafts = events.map((event, index) => ({ ...event, id: `batch-${index}` }))
          await append(store, drafts)
          const all = [...rowsOf(batchOf(drafts))]
          for (const query of queries) {
            const matches = compilePredicate(query, BigInt(Date.now()) * 1_000_000n)
            const expected = Map.groupBy(all.filter(matches), ({ message }) => messageShape(message))
            const found = await store.reader.patterns({ query, range: EVER, ...EXACT })
            expect(new Map(found.patterns.map(({ shape, count }) => [shape, count])), print(query)).toEqual(
              new Map([...expected].map(([shape, { length }]) => [shape, length])),
            )
            for (const { shape, count, levels, buckets } of found.patterns.slice(0, 3)) {
              const both = { kind: 'and', terms: [query, shapeQuery(shape)] } as const
              expect(await store.reader.count({ query: both, range: EVER }), print(both)).toBe(count)
              expect(Object.values(levels).reduce((sum, n) => sum + n, 0)).toBe(count)
              expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(count)
            }
          }
        },
      ),
      { numRuns: 5 },
    )
  }, 120_000)
}

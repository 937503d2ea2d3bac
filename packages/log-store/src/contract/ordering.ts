import type { EventDraft, LogEvent } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SearchOrder, SearchPosition, TimeRange } from '../port.ts'
import {
  append,
  draft,
  EVER,
  type OpenStore,
  openStore,
  query,
  RECENT,
  type StoreUnderTest,
} from './store-under-test.ts'

const ORDERS: readonly SearchOrder[] = ['newest', 'oldest']

/** Queries that are found by different ways: everything, by a few different values, by a word, by DuckDB. */
const QUERIES = ['*', 'service:a', 'message', '/(message|line) of/ -service:b']

export function ordering(open: OpenStore): void {
  test('oldest first is exactly the reverse of newest first, for any query, range and times', async () => {
    await using store = await openStore(open)
    await fill(store, 11)
    const bound = fc.integer({ min: -1, max: 8 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...QUERIES), bound, bound, async (text, from, to) => {
        const range = { from: RECENT + BigInt(from), to: RECENT + BigInt(to) }
        const newest = await found(store, text, 'newest', range)
        expect(await found(store, text, 'oldest', range)).toEqual(newest.toReversed())
      }),
      { numRuns: 25 },
    )
    expect(await found(store, '*', 'oldest', EVER)).toHaveLength(60)
  })

  test.each(ORDERS)('page by page, %s first, everything comes once and in order', async (order) => {
    await using store = await openStore(open)
    await fill(store, 5)
    for (const text of QUERIES) {
      const expected = await found(store, text, order, EVER)
      for (const limit of [1, 7, 60]) expect(await paged(store, text, order, limit)).toEqual(expected)
    }
  })

  test('from any place on, whether there is an event or not, both orders together bring all but what is there', async () => {
    await using store = await openStore(open)
    await fill(store, 3)
    const all = await found(store, '*', 'oldest', EVER)
    const anyPlace = fc.record({
      timestamp: fc.integer({ min: -1, max: 8 }).map((step) => RECENT + BigInt(step)),
      id: fc.oneof(
        fc.constantFrom('', 'e-1', 'e-30', '\u{ffff}', '\u{1f600}'),
        fc.constantFrom(...all.map(({ id }) => id)),
      ),
    })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('*', 'message'), anyPlace, async (text, after) => {
        const older = await found(store, text, 'newest', EVER, after)
        const newer = await found(store, text, 'oldest', EVER, after)
        const there = all.filter(({ timestamp, id }) => timestamp === after.timestamp && id === after.id)
        expect([...older.toReversed(), ...there, ...newer]).toEqual(all)
      }),
      { numRuns: 25 },
    )
  })

  test('oldest first, a commit between two pages neither repeats nor skips what was there', async () => {
    await using store = await openStore(open)
    await append(
      store,
      Array.from({ length: 6 }, (_, index) => draft(`old-${index}`)),
    )
    const search = { query: query('*'), range: EVER, order: 'oldest' } as const
    const first = await store.reader.search({ ...search, limit: 3 })
    await append(store, [
      draft('older', { timestamp: RECENT - 5n }),
      draft('same-time', { timestamp: RECENT }),
      draft('newer', { timestamp: RECENT + 5n }),
    ])
    const after = first.events.at(-1)
    const second = await store.reader.search({ ...search, limit: 100, ...(after && { after }) })
    expect([...first.events, ...second.events].map(({ id }) => id)).toEqual([
      'old-0',
      'old-1',
      'old-2',
      'old-3',
      'old-4',
      'old-5',
      'same-time',
      'newer',
    ])
  })
}

/** 60 events in four commits at six times, nanoseconds apart, with ids whose order is that of their bytes. */
async function fill(store: StoreUnderTest, seed: number): Promise<void> {
  const drawn = fc.sample(
    fc.record({
      step: fc.integer({ min: 0, max: 5 }),
      commit: fc.integer({ min: 0, max: 3 }),
      service: fc.constantFrom('a', 'b', undefined),
    }),
    { numRuns: 60, seed },
  )
  for (const wanted of [0, 1, 2, 3]) {
    const commit = drawn.flatMap(({ step, commit, service }, index): EventDraft[] =>
      commit === wanted ? [draft(`e-${index}`, { timestamp: RECENT + BigInt(step), service })] : [],
    )
    await append(store, commit)
  }
}

type Place = Pick<LogEvent, 'timestamp' | 'id'>

async function found(
  store: StoreUnderTest,
  text: string,
  order: SearchOrder,
  range: TimeRange,
  after?: SearchPosition,
): Promise<Place[]> {
  const request = { query: query(text), range, order, limit: 1000, ...(after && { after }) }
  return (await store.reader.search(request)).events.map(placeOf)
}

async function paged(store: StoreUnderTest, text: string, order: SearchOrder, limit: number) {
  const places: Place[] = []
  for (let more = true; more; ) {
    const after = places.at(-1)
    const request = { query: query(text), range: EVER, order, limit, ...(after && { after }) }
    const page = await store.reader.search(request)
    places.push(...page.events.map(placeOf))
    more = page.more
  }
  return places
}

function placeOf({ timestamp, id }: LogEvent): Place {
  return { timestamp, id }
}

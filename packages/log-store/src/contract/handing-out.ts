import type { LogEvent } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CountProgress, SearchProgress, SearchRequest } from '../port.ts'
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

/** Found by different ways: everything, by a word, by a pattern. */
const QUERIES = ['*', 'message', '/message|line/']

export function handingOut(open: OpenStore): void {
  test('rows that are told as they are found are the page, each once and in order', async () => {
    await using store = await openStore(open)
    await fill(store)
    const anySearch = fc.record({
      text: fc.constantFrom(...QUERIES),
      order: fc.constantFrom('newest' as const, 'oldest' as const),
      limit: fc.integer({ min: 1, max: 60 }),
      after: fc.option(fc.constantFrom({ timestamp: RECENT + 2n, id: 'e-20' }), { nil: undefined }),
    })
    await fc.assert(
      fc.asyncProperty(anySearch, async ({ text, after, ...more }) => {
        const told: LogEvent[] = []
        const search = { query: query(text), range: EVER, ...more, ...(after && { after }) }
        const page = await store.reader.search({ ...search, onRows: (events) => told.push(...events) })
        expect(told).toEqual(page.events)
        expect(page).toEqual(await store.reader.search(search))
      }),
      { numRuns: 25 },
    )
  })

  test('from where a search has got to, another one brings the rest', async () => {
    await using store = await openStore(open)
    await fill(store)
    for (const text of QUERIES) {
      for (const order of ['newest', 'oldest'] as const) {
        const search = { query: query(text), range: EVER, order, limit: 1000 }
        const all = (await store.reader.search(search)).events
        const told: LogEvent[] = []
        const steps: { told: number; progress: SearchProgress }[] = []
        await store.reader.search({
          ...search,
          limit: 25,
          onRows: (events) => told.push(...events),
          onProgress: (progress) => steps.push({ told: told.length, progress }),
        })
        expect(steps.length).toBeGreaterThan(0)
        for (const { told, progress } of steps) {
          const rest = await store.reader.search({ ...search, after: progress.reached })
          expect(rest.events).toEqual(all.slice(told))
          expect(progress.segments).toBeLessThanOrEqual(progress.of.segments)
        }
      }
    }
  })

  test('a count says what it has counted, and ends with the answer', async () => {
    await using store = await openStore(open)
    await fill(store)
    for (const text of QUERIES) {
      const told: CountProgress[] = []
      const onProgress = (progress: CountProgress) => told.push(progress)
      const count = await store.reader.count({ query: query(text), range: EVER, onProgress })
      expect(count).toBe(60)
      expect(told.at(-1)).toMatchObject({ matched: 60 })
    }
  })

  test('a search that is withdrawn while it hands out rows ends there, and tells nothing more', async () => {
    await using store = await openStore(open)
    await fill(store)
    for (const text of QUERIES) {
      const stop = new AbortController()
      let calls = 0
      const request: SearchRequest = {
        query: query(text),
        range: EVER,
        limit: 60,
        signal: stop.signal,
        onRows() {
          calls++
          stop.abort()
        },
        onProgress: () => stop.signal.aborted && calls++,
      }
      await expect(store.reader.search(request)).rejects.toEqual(
        expect.objectContaining({ name: 'LogStoreError', code: 'aborted' }),
      )
      expect(calls).toBe(1)
    }
  })
}

/** 60 events in four commits whose times overlap. */
async function fill(store: StoreUnderTest): Promise<void> {
  for (let commit = 0; commit < 4; commit++) {
    const times = Array.from({ length: 15 }, (_, index) => BigInt(commit + (index % 4)))
    await append(
      store,
      times.map((step, index) => draft(`e-${commit * 15 + index}`, { timestamp: RECENT + step })),
    )
  }
}

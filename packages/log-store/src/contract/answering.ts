import type { EventDraft } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReadStats, SearchRequest } from '../port.ts'
import {
  append,
  DAY,
  draft,
  EVER,
  idsOf,
  type OpenStore,
  openStore,
  query,
  RECENT,
  type StoreUnderTest,
} from './store-under-test.ts'

export function answering(open: OpenStore): void {
  test('the newest come first, and of equal times the greater id', async () => {
    await using store = await openStore(open)
    await append(store, [draft('b-1'), draft('b-10'), draft('b-2'), draft('a-9', { timestamp: RECENT + 1n })])
    await append(store, [draft('c-0'), draft('B-0'), draft('old-0', { timestamp: RECENT - 1n })])
    expect(await idsOf(store, '*')).toEqual(['a-9', 'c-0', 'b-2', 'b-10', 'b-1', 'B-0', 'old-0'])
  })

  test('the range has its start and not its end, and an inverted one has nothing', async () => {
    await using store = await openStore(open)
    await append(
      store,
      [-1n, 0n, 1n, 2n].map((step) => draft(`e${step}`, { timestamp: RECENT + step })),
    )
    const within = (from: bigint, to: bigint) => idsOf(store, '*', { from: RECENT + from, to: RECENT + to })
    expect(await within(0n, 2n)).toEqual(['e1', 'e0'])
    expect(await within(0n, 0n)).toEqual([])
    expect(await within(2n, 0n)).toEqual([])
    expect(await store.reader.count({ query: query('*'), range: { from: RECENT, to: RECENT - 5n } })).toBe(0)
    const inverted = { query: query('*'), range: { from: RECENT + 5n, to: RECENT } }
    expect(await store.reader.histogram({ ...inverted, interval: 1_000_000n })).toEqual([])
    expect(await store.reader.top({ ...inverted, field: 'source', limit: 3 })).toEqual([])
  })

  test('`more` is true exactly when something is behind the last event', async () => {
    await using store = await openStore(open)
    await append(
      store,
      ['a', 'b', 'c'].map((id) => draft(id)),
    )
    const page = (request: Partial<SearchRequest>) =>
      store.reader.search({ query: query('*'), range: EVER, limit: 10, ...request })
    expect((await page({ limit: 2 })).more).toBe(true)
    expect((await page({ limit: 3 })).more).toBe(false)
    expect((await page({ limit: 10 })).more).toBe(false)
    expect((await page({ limit: 1, after: { timestamp: RECENT, id: 'b' } })).more).toBe(false)
    expect((await page({ limit: 1, query: query('message:c') })).more).toBe(false)
    expect(await page({ after: { timestamp: RECENT, id: 'a' } })).toEqual({ events: [], more: false })
  })

  test('page by page, everything comes once and in order, whatever the page size and the times', async () => {
    await using store = await openStore(open)
    const drafts = fc.sample(
      fc.record({ second: fc.integer({ min: 0, max: 5 }), commit: fc.integer({ min: 0, max: 3 }) }),
      { numRuns: 60, seed: 7 },
    )
    for (const wanted of [0, 1, 2, 3]) {
      const commit = drafts.flatMap(({ second, commit }, index): EventDraft[] =>
        commit === wanted ? [draft(`e-${index}`, { timestamp: RECENT + BigInt(second) })] : [],
      )
      await append(store, commit)
    }
    const expected = await idsOf(store, '*')
    expect(expected.length).toBe(60)
    for (const limit of [1, 7, 20, 60]) expect(await paged(store, limit)).toEqual(expected)
  })

  test('a commit between two pages neither repeats nor skips what was there', async () => {
    await using store = await openStore(open)
    await append(
      store,
      Array.from({ length: 10 }, (_, index) => draft(`old-${index}`)),
    )
    const first = await store.reader.search({ query: query('*'), range: EVER, limit: 4 })
    await append(store, [
      draft('newer', { timestamp: RECENT + 5n }),
      draft('same-time', { timestamp: RECENT }),
      draft('behind', { timestamp: RECENT - 5n }),
    ])
    const last = first.events.at(-1)
    const second = await store.reader.search({
      query: query('*'),
      range: EVER,
      limit: 100,
      after: { timestamp: last?.timestamp ?? 0n, id: last?.id ?? '' },
    })
    const ids = [...first.events, ...second.events].map(({ id }) => id)
    expect(ids).toEqual([
      'old-9',
      'old-8',
      'old-7',
      'old-6',
      'old-5',
      'old-4',
      'old-3',
      'old-2',
      'old-1',
      'old-0',
      'behind',
    ])
  })

  test('readers see a commit after refresh', async () => {
    await using store = await openStore(open)
    for (let round = 0; round < 5; round++) {
      await append(store, [draft(`round-${round}`)])
      expect(await store.reader.count({ query: query('*'), range: EVER })).toBe(round + 1)
      expect((await store.reader.event(`round-${round}`))?.id).toBe(`round-${round}`)
    }
  })

  test('many questions at once get their own answers', async () => {
    await using store = await openStore(open)
    await append(
      store,
      Array.from({ length: 20 }, (_, index) => draft(`e-${index}`, { attributes: { index } })),
    )
    const answers = await Promise.all(Array.from({ length: 6 }, (_, index) => idsOf(store, `index:${index}`)))
    expect(answers).toEqual(answers.map((_, index) => [`e-${index}`]))
  })

  test('what was looked at is told once with each answer, and nothing where no event is in the range', async () => {
    await using store = await openStore(open)
    await append(
      store,
      Array.from({ length: 20 }, (_, index) => draft(`e-${index}`)),
    )
    const told: ReadStats[] = []
    const question = { query: query('message'), range: EVER, onRead: (read: ReadStats) => told.push(read) }
    await store.reader.search({ ...question, limit: 3 })
    await store.reader.count(question)
    await store.reader.histogram({ ...question, interval: DAY })
    await store.reader.top({ ...question, field: 'service', limit: 3 })
    expect(told.map(({ rows }) => rows)).toEqual([20, 20, 20, 20])
    const nowhere = { ...question, range: { from: RECENT + DAY, to: RECENT + 2n * DAY } }
    await store.reader.search({ ...nowhere, limit: 3 })
    await store.reader.count(nowhere)
    expect(told.slice(4)).toMatchObject([
      { rows: 0, bytes: 0, segments: 0 },
      { rows: 0, bytes: 0, segments: 0 },
    ])
  })

  test('a question that was withdrawn before it began is refused', async () => {
    await using store = await openStore(open)
    await append(store, [draft('a')])
    const question = { query: query('*'), range: EVER, signal: AbortSignal.abort() }
    const isAborted = expect.objectContaining({ name: 'LogStoreError', code: 'aborted' })
    await expect(store.reader.search({ ...question, limit: 1 })).rejects.toEqual(isAborted)
    await expect(store.reader.count(question)).rejects.toEqual(isAborted)
    await expect(store.reader.histogram({ ...question, interval: 1_000_000_000n })).rejects.toEqual(isAborted)
    await expect(store.reader.top({ ...question, field: 'service', limit: 1 })).rejects.toEqual(isAborted)
    await expect(store.reader.fields(question)).rejects.toEqual(isAborted)
    expect(await idsOf(store, '*')).toEqual(['a'])
  })
}

async function paged(store: StoreUnderTest, limit: number): Promise<string[]> {
  const ids: string[] = []
  let after: SearchRequest['after']
  for (;;) {
    const page = await store.reader.search({ query: query('*'), range: EVER, limit, ...(after && { after }) })
    ids.push(...page.events.map(({ id }) => id))
    after = page.events.at(-1)
    if (!page.more) return ids
    expect(page.events.length).toBe(limit)
  }
}

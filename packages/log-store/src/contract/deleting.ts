import { expect, test } from 'vitest'
import {
  append,
  DAY,
  deadLetter,
  draft,
  EVER,
  idsOf,
  type OpenStore,
  openStore,
  query,
  RECENT,
  receipt,
} from './store-under-test.ts'

/** Later than everything that a test received. */
const AFTER = RECENT + 3600n * 1_000_000_000n

export function deleting(open: OpenStore): void {
  test('what matches is gone from every answer, and nothing else is', async () => {
    await using store = await openStore(open)
    await append(store, [
      draft('a-0', { service: 'cart', severity_number: 17 }),
      draft('a-1', { service: 'checkout', severity_number: 17 }),
    ])
    await append(store, [
      draft('b-0', { service: 'cart', severity_number: 9 }),
      draft('b-1', { service: 'cart', severity_number: 17 }),
    ])
    const request = { query: query('service:cart level:error'), range: EVER, acceptedBefore: AFTER }
    expect(await store.writer.delete(request)).toEqual({ deleted: 2 })
    await store.reader.refresh()
    expect((await idsOf(store, '*')).sort()).toEqual(['a-1', 'b-0'])
    expect(await store.reader.event('a-0')).toBeUndefined()
    const all = { query: query('*'), range: EVER }
    expect(await store.reader.count(all)).toBe(2)
    const buckets = await store.reader.histogram({ ...all, interval: DAY, by: 'level' })
    expect(buckets.map(({ count, groups }) => ({ count, groups: { ...groups } }))).toEqual([
      { count: 2, groups: { error: 1, info: 1 } },
    ])
    expect(await store.reader.top({ ...all, field: 'service', limit: 5 })).toEqual([
      { value: 'cart', count: 1 },
      { value: 'checkout', count: 1 },
    ])
    expect((await store.reader.stats()).events).toBe(2)
    expect(await store.writer.delete(request)).toEqual({ deleted: 0 })
  })

  test('only the range is deleted, its end excluded', async () => {
    await using store = await openStore(open)
    await append(
      store,
      [0n, 1n, 2n].map((step) => draft(`e${step}`, { timestamp: RECENT + step })),
    )
    const range = { from: RECENT, to: RECENT + 2n }
    expect(await store.writer.delete({ query: query('*'), range, acceptedBefore: AFTER })).toEqual({
      deleted: 2,
    })
    await store.reader.refresh()
    expect(await idsOf(store, '*')).toEqual(['e2'])
  })

  test('everything can be deleted, and the store goes on', async () => {
    await using store = await openStore(open)
    await append(store, [draft('a-0'), draft('a-1')], {
      batches: [receipt('a')],
      deadLetters: [deadLetter('a-2')],
    })
    expect(
      await store.writer.delete({ query: query('*'), range: EVER, acceptedBefore: RECENT + 1n }),
    ).toEqual({ deleted: 2 })
    await store.reader.refresh()
    expect(await idsOf(store, '*')).toEqual([])
    expect(store.writer.position(0)).toBe(1n)
    expect(await store.writer.seenBatches(0, ['a'])).toEqual(new Set(['a']))
    await append(store, [draft('b-0', { observed_at: AFTER })])
    expect(await idsOf(store, '*')).toEqual(['b-0'])
  })

  test('what was accepted before the delete but appended after it never shows up', async () => {
    await using store = await openStore(open)
    await append(store, [draft('stored-0', { message: 'secret' })])
    const range = { from: RECENT - DAY, to: RECENT + DAY }
    expect(
      await store.writer.delete({ query: query('secret'), range, acceptedBefore: RECENT + 100n }),
    ).toEqual({ deleted: 1 })
    await append(store, [
      draft('early-0', { message: 'a secret', observed_at: RECENT + 50n }),
      draft('early-1', { message: 'harmless', observed_at: RECENT + 50n }),
      draft('early-2', { message: 'old secret', timestamp: RECENT - 2n * DAY, observed_at: RECENT + 50n }),
      draft('late-0', { message: 'a secret again', observed_at: RECENT + 200n }),
    ])
    expect((await idsOf(store, '*')).sort()).toEqual(['early-1', 'early-2', 'late-0'])
    await store.reopen()
    await append(store, [draft('early-3', { message: 'secret', observed_at: RECENT + 60n })])
    expect((await idsOf(store, 'secret')).sort()).toEqual(['early-2', 'late-0'])
  })

  test('a delete that every later commit has to respect counts only what it removed', async () => {
    await using store = await openStore(open)
    expect(
      await store.writer.delete({ query: query('*'), range: EVER, acceptedBefore: RECENT - 1n }),
    ).toEqual({ deleted: 0 })
    await append(store, [draft('a-0')])
    expect(await idsOf(store, '*')).toEqual(['a-0'])
  })

  test('retention drops what happened and was received too long ago, and keeps old logs that came in lately', async () => {
    await using store = await openStore(open)
    await append(store, [draft('gone-0', { timestamp: RECENT - 60n * DAY, observed_at: RECENT - 60n * DAY })])
    await append(store, [draft('imported-0', { timestamp: RECENT - 50n * DAY })])
    await append(store, [draft('future-0', { timestamp: RECENT, observed_at: RECENT - 40n * DAY })])
    await append(store, [draft('recent-0')])
    expect((await store.writer.enforceRetention(RECENT)).events).toBe(1)
    await store.reader.refresh()
    expect(await idsOf(store, '*')).toEqual(['recent-0', 'future-0', 'imported-0'])
    expect((await store.writer.enforceRetention(RECENT)).events).toBe(0)
    expect((await store.writer.enforceRetention(RECENT + 60n * DAY)).events).toBe(3)
    await store.reader.refresh()
    expect(await store.reader.count({ query: query('*'), range: EVER })).toBe(0)
  })

  test('tidying changes no answer', async () => {
    await using store = await openStore(open)
    for (let round = 0; round < 12; round++) {
      await append(store, [
        draft(`r-${round}`, {
          timestamp: RECENT + BigInt(round % 3),
          attributes: { round, [`only${round}`]: 'x' },
        }),
      ])
    }
    await store.writer.delete({ query: query('round:3'), range: EVER, acceptedBefore: AFTER })
    await store.reader.refresh()
    const before = await idsOf(store, '*')
    expect(before.length).toBe(11)
    for (let round = 0; round < 20 && (await store.writer.maintain()); round++) await store.reader.refresh()
    await store.reader.refresh()
    expect(await idsOf(store, '*')).toEqual(before)
    expect(await idsOf(store, 'only7:x round:7')).toEqual(['r-7'])
    expect(await store.reader.count({ query: query('*'), range: EVER })).toBe(11)
  })
}

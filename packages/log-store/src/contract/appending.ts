import { isoFromNanos } from '@heartwood/event'
import { expect, test } from 'vitest'
import { LogStoreError, type LogWriter } from '../port.ts'
import {
  append,
  batchOf,
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

export function appending(open: OpenStore<LogWriter>): void {
  test('an empty batch stores nothing and moves the position', async () => {
    await using store = await openStore(open)
    expect(store.writer.position(0)).toBeNull()
    const applied = await store.writer.append({
      partition: 0,
      from: null,
      to: 7n,
      events: batchOf([]),
      deadLetters: [],
      batches: [],
    })
    expect(applied).toEqual({ applied: true })
    expect(store.writer.position(0)).toBe(7n)
    await store.reader.refresh()
    expect(await idsOf(store, '*')).toEqual([])
    expect(store.writer.stats().events).toBe(0)
  })

  test('records delivered twice are stored once', async () => {
    await using store = await openStore(open)
    const first = {
      partition: 0,
      from: null,
      to: 5n,
      events: batchOf([draft('a-0'), draft('a-1')]),
      deadLetters: [deadLetter('a-2')],
      batches: [receipt('a')],
    }
    expect(await store.writer.append(first)).toEqual({ applied: true })
    expect(await store.writer.append(first)).toEqual({ applied: false })
    expect(await store.writer.append({ ...first, to: 3n })).toEqual({ applied: false })
    await append(store, [draft('b-0')])
    expect(await store.writer.append(first)).toEqual({ applied: false })
    await store.reader.refresh()
    expect((await idsOf(store, '*')).sort()).toEqual(['a-0', 'a-1', 'b-0'])
    expect((await store.reader.deadLetters({ limit: 10 })).total).toBe(1)
    expect(store.writer.position(0)).toBe(6n)
  })

  test('a commit that does not follow the position is refused whole', async () => {
    await using store = await openStore(open)
    const commit = (from: bigint | null, to: bigint) =>
      store.writer.append({
        partition: 0,
        from,
        to,
        events: batchOf([draft(`from-${from}-to-${to}`)]),
        deadLetters: [deadLetter('x')],
        batches: [receipt('x')],
      })
    const isGap = expect.objectContaining({ name: 'LogStoreError', code: 'position_gap' })
    await expect(commit(0n, 5n), 'an unknown partition begins at null').rejects.toEqual(isGap)
    expect(store.writer.position(0)).toBeNull()
    await append(store, [draft('kept')], { to: 10n })
    await expect(commit(12n, 15n), 'a gap').rejects.toEqual(isGap)
    await expect(commit(5n, 15n), 'an overlap').rejects.toEqual(isGap)
    await expect(commit(null, 15n), 'from the beginning again').rejects.toEqual(isGap)
    expect(store.writer.position(0)).toBe(10n)
    await store.reader.refresh()
    expect(await idsOf(store, '*')).toEqual(['kept'])
    expect(await store.reader.deadLetters({ limit: 1 })).toEqual({ items: [], total: 0 })
    expect(await store.writer.seenBatches(0, ['x'])).toEqual(new Set())
  })

  test('each partition has its own position and its own seen batches', async () => {
    await using store = await openStore(open)
    await append(store, [draft('a-0')], { partition: 0, to: 2n ** 60n, batches: [receipt('a')] })
    await append(store, [draft('b-0')], { partition: 3, to: 4n, batches: [receipt('b')] })
    expect(store.writer.position(0)).toBe(2n ** 60n)
    expect(store.writer.position(3)).toBe(4n)
    expect(store.writer.position(1)).toBeNull()
    expect(await store.writer.seenBatches(0, ['a', 'b', 'c'])).toEqual(new Set(['a']))
    expect(await store.writer.seenBatches(3, ['a', 'b', 'c'])).toEqual(new Set(['b']))
    expect(await store.writer.seenBatches(1, ['a', 'b', 'c'])).toEqual(new Set())
    expect((await idsOf(store, '*')).sort()).toEqual(['a-0', 'b-0'])
  })

  test('receipts and dead letters are there with the events of their commit', async () => {
    await using store = await openStore(open)
    const kept = receipt('batch one', { events: 2, dead_letters: 1 })
    const letter = deadLetter('batch one-2', {
      sample: 'caf\u00e9 \u0000 "x"',
      received_at: '2026-01-01T00:00:00Z',
      records: 3,
    })
    await append(store, [draft('batch one-0'), draft('batch one-1')], {
      batches: [kept],
      deadLetters: [letter],
    })
    expect(await store.reader.batch('batch one')).toEqual(kept)
    expect(await store.reader.batch('batch two')).toBeUndefined()
    expect(await store.reader.deadLetters({ limit: 10 })).toEqual({ items: [letter], total: 1 })
  })

  test('a batch of which nothing became an event still has its receipt', async () => {
    await using store = await openStore(open)
    await append(store, [], { batches: [receipt('empty', { events: 0 })] })
    expect(await store.reader.batch('empty')).toEqual(receipt('empty', { events: 0 }))
    expect(await store.writer.seenBatches(0, ['empty'])).toEqual(new Set(['empty']))
  })

  test('dead letters come newest first and page by page without repeating one', async () => {
    await using store = await openStore(open)
    await append(store, [], { deadLetters: ['a', 'b', 'c'].map((id) => deadLetter(id)) })
    await append(store, [], {
      deadLetters: ['d', 'e'].map((id) => deadLetter(id, { at: isoFromNanos(RECENT + 1_000_000_000n) })),
    })
    const first = await store.reader.deadLetters({ limit: 2 })
    expect(first.total).toBe(5)
    expect(first.items.map(({ id }) => id).sort()).toEqual(['d', 'e'])
    const seen = first.items.map(({ id }) => id)
    for (let page = 0; page < 5; page++) {
      const { items } = await store.reader.deadLetters({ limit: 2, before: seen.at(-1) ?? '' })
      seen.push(...items.map(({ id }) => id))
    }
    expect(seen.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(await store.reader.deadLetters({ limit: 2, before: 'never there' })).toEqual({
      items: [],
      total: 5,
    })
  })

  test('a commit of many events is found whole', async () => {
    await using store = await openStore(open)
    const drafts = Array.from({ length: 5000 }, (_, index) =>
      draft(`many-${index}`, { attributes: { [`key${index % 50}`]: index, half: index % 2 === 0 } }),
    )
    await append(store, drafts)
    expect(await store.reader.count({ query: query('*'), range: EVER })).toBe(5000)
    expect(await store.reader.count({ query: query('half:true'), range: EVER })).toBe(2500)
    expect(await idsOf(store, 'key7:4957')).toEqual(['many-4957'])
    expect(store.writer.stats().events).toBe(5000)
  })

  test('a check stores nothing', async () => {
    await using store = await openStore(open)
    await store.writer.check(batchOf([draft('a-0', { attributes: { new: 1, keys: 'x' } })]))
    await store.reader.refresh()
    expect(await idsOf(store, '*')).toEqual([])
    expect(store.writer.position(0)).toBeNull()
  })

  test('an error of the port says what it is in its code', () => {
    expect(new LogStoreError('busy', 'x')).toMatchObject({
      name: 'LogStoreError',
      code: 'busy',
      message: 'x',
    })
  })
}

import { expect, test } from 'vitest'
import type { LogWriter } from '../port.ts'
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

export function lifetime(open: OpenStore<LogWriter>): void {
  test('opened again, everything is as it was', async () => {
    await using store = await openStore(open)
    await append(store, [draft('a-0', { attributes: { status: 500, userId: 'u' } }), draft('a-1')], {
      batches: [receipt('a', { events: 2 })],
      deadLetters: [deadLetter('a-2')],
      to: 12n,
    })
    await append(store, [draft('b-0', { attributes: { status: 'ok', userid: 'u' } })], {
      partition: 2,
      batches: [receipt('b')],
    })
    for (let restart = 0; restart < 2; restart++) {
      await store.reopen()
      expect(store.writer.position(0)).toBe(12n)
      expect(store.writer.position(2)).toBe(1n)
      expect(await store.writer.seenBatches(0, ['a', 'b'])).toEqual(new Set(['a']))
      await store.reader.refresh()
      expect((await idsOf(store, '*')).sort()).toEqual(['a-0', 'a-1', 'b-0'])
      expect(await idsOf(store, 'status:500 userId:u')).toEqual(['a-0'])
      expect(await idsOf(store, 'userid:u')).toEqual(['b-0'])
      expect(await store.reader.batch('a')).toEqual(receipt('a', { events: 2 }))
      expect(await store.reader.deadLetters({ limit: 5 })).toEqual({ items: [deadLetter('a-2')], total: 1 })
    }
    await append(store, [draft('c-0')])
    expect(store.writer.position(0)).toBe(13n)
    expect((await idsOf(store, '*')).length).toBe(4)
  })

  test('an empty store answers every question', async () => {
    await using store = await openStore(open)
    const all = { query: query('* OR level:error'), range: EVER }
    await store.reader.refresh()
    expect(await store.reader.search({ ...all, limit: 10 })).toEqual({ events: [], more: false })
    expect(await store.reader.count(all)).toBe(0)
    expect(
      await store.reader.histogram({ ...all, interval: 1_000_000_000n, by: 'service', groups: 3 }),
    ).toEqual([])
    expect(await store.reader.top({ ...all, field: 'service', limit: 3 })).toEqual([])
    expect(await store.reader.fields({ range: EVER })).toEqual([])
    expect(await store.reader.event('x')).toBeUndefined()
    expect(await store.reader.batch('x')).toBeUndefined()
    expect(await store.reader.deadLetters({ limit: 10 })).toEqual({ items: [], total: 0 })
    expect((await store.reader.stats()).events).toBe(0)
    expect(await store.writer.delete({ ...all, acceptedBefore: RECENT })).toEqual({ deleted: 0 })
    expect((await store.writer.enforceRetention(RECENT)).events).toBe(0)
  })

  test('a closed store says so and may be closed again', async () => {
    await using store = await openStore(open)
    await append(store, [draft('a-0')])
    const { writer, reader } = store
    await reader.close()
    await writer.close()
    const isClosed = expect.objectContaining({ name: 'LogStoreError', code: 'closed' })
    const empty = { partition: 0, from: 1n, to: 2n, events: batchOf([]), deadLetters: [], batches: [] }
    await expect(writer.append(empty)).rejects.toEqual(isClosed)
    await expect(writer.show(empty)).rejects.toEqual(isClosed)
    await expect(writer.seenBatches(0, ['a'])).rejects.toEqual(isClosed)
    await expect(writer.delete({ query: query('*'), range: EVER, acceptedBefore: RECENT })).rejects.toEqual(
      isClosed,
    )
    await expect(writer.enforceRetention(RECENT)).rejects.toEqual(isClosed)
    await expect(writer.maintain()).rejects.toEqual(isClosed)
    const all = { query: query('*'), range: EVER }
    await expect(reader.refresh()).rejects.toEqual(isClosed)
    await expect(reader.search({ ...all, limit: 1 })).rejects.toEqual(isClosed)
    await expect(reader.count(all)).rejects.toEqual(isClosed)
    await expect(reader.histogram({ ...all, interval: 1_000_000n })).rejects.toEqual(isClosed)
    await expect(reader.top({ ...all, field: 'service', limit: 1 })).rejects.toEqual(isClosed)
    await expect(reader.fields({ range: EVER })).rejects.toEqual(isClosed)
    await expect(reader.event('a-0')).rejects.toEqual(isClosed)
    await expect(reader.batch('a')).rejects.toEqual(isClosed)
    await expect(reader.deadLetters({ limit: 1 })).rejects.toEqual(isClosed)
    await reader.close()
    await writer.close()
  })
}

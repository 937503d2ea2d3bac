import { expect, test } from 'vitest'
import type { IdempotentWriter, LogReader, Settlement } from '../port.ts'
import {
  batchOf,
  DAY,
  deadLetter,
  draft,
  EVER,
  query,
  RECENT,
  RETENTION_DAYS,
  receipt,
  type StoreSettings,
} from './store-under-test.ts'

/** A store of writers beside each other. Disposing closes them all and removes the data. */
export interface SharedStoreUnderTest extends AsyncDisposable {
  openWriter(): Promise<IdempotentWriter>
  readonly reader: LogReader
}

export type OpenSharedStore = (settings: StoreSettings) => Promise<SharedStoreUnderTest>

const NOTHING: Settlement = { deadLetters: [], receipts: [], replayed: [] }

export function writingAgain(open: OpenSharedStore): void {
  const openStore = () => open({ retentionDays: RETENTION_DAYS })
  const ids = async ({ reader }: SharedStoreUnderTest, text = '*') => {
    await reader.refresh()
    const { events } = await reader.search({ query: query(text), range: EVER, limit: 1_000 })
    return events.map(({ id }) => id)
  }

  test('what two writers write, once or again, in whatever parts and order, is there once', async () => {
    await using store = await openStore()
    const [one, other] = [await store.openWriter(), await store.openWriter()]
    const events = ['a-0', 'a-1', 'a-2'].map((id) => draft(id))
    const write = { events: batchOf(events), settle: () => NOTHING }
    await Promise.all([one.write(write), other.write(write), one.write(write)])
    await other.write({ events: batchOf(events.toReversed().slice(0, 2)), settle: () => NOTHING })
    await one.write({ events: batchOf([...events.slice(1), draft('b-0')]), settle: () => NOTHING })
    expect((await ids(store)).sort()).toEqual(['a-0', 'a-1', 'a-2', 'b-0'])
    expect(await store.reader.count({ query: query('*'), range: EVER })).toBe(4)
  })

  test('an event that comes again stays as it was first', async () => {
    await using store = await openStore()
    const writer = await store.openWriter()
    await writer.write({ events: batchOf([draft('a-0', { message: 'first' })]), settle: () => NOTHING })
    await writer.write({ events: batchOf([draft('a-0', { message: 'second' })]), settle: () => NOTHING })
    expect(await ids(store, 'message:first')).toEqual(['a-0'])
    expect(await ids(store, 'message:second')).toEqual([])
  })

  test('one event twice in a write is one event', async () => {
    await using store = await openStore()
    const writer = await store.openWriter()
    await writer.write({ events: batchOf([draft('a-0'), draft('a-0')]), settle: () => NOTHING })
    expect(await ids(store)).toEqual(['a-0'])
  })

  test('every writer knows the receipts of all, with what they say', async () => {
    await using store = await openStore()
    const [one, other] = [await store.openWriter(), await store.openWriter()]
    const receipts = [receipt('a', { events: 2, dead_letters: 1 }), receipt('b/with spaces é', { events: 0 })]
    await one.write({
      events: batchOf([draft('a-0'), draft('a-1')]),
      settle: () => ({ ...NOTHING, receipts }),
    })
    expect(await other.receipts(['a', 'nobody', 'b/with spaces é'])).toEqual(
      new Map(receipts.map((one) => [one.batch_id, one])),
    )
    expect(await other.receipts([])).toEqual(new Map())
  })

  test('a write without events settles, and is asked once how', async () => {
    await using store = await openStore()
    const writer = await store.openWriter()
    const asked: number[] = []
    await writer.write({
      events: batchOf([]),
      settle: (refused) => {
        asked.push(refused.length)
        return { ...NOTHING, deadLetters: [deadLetter('x')], receipts: [receipt('x', { events: 0 })] }
      },
    })
    expect(asked).toEqual([0])
    expect([...(await writer.receipts(['x'])).keys()]).toEqual(['x'])
    await store.reader.refresh()
    expect(await store.reader.deadLetters({ limit: 5 })).toEqual({ items: [deadLetter('x')], total: 1 })
  })

  test('where it cannot be settled the events are there, there is no receipt, and the same write completes it', async () => {
    await using store = await openStore()
    const writer = await store.openWriter()
    const events = batchOf([draft('a-0')])
    const broken = new Error('no letters today')
    await expect(writer.write({ events, settle: () => Promise.reject(broken) })).rejects.toBe(broken)
    expect(await ids(store)).toEqual(['a-0'])
    expect(await writer.receipts(['a'])).toEqual(new Map())
    await writer.write({ events, settle: () => ({ ...NOTHING, receipts: [receipt('a')] }) })
    expect(await ids(store)).toEqual(['a-0'])
    expect([...(await writer.receipts(['a'])).keys()]).toEqual(['a'])
  })

  test('the same letter again is one letter', async () => {
    await using store = await openStore()
    const [one, other] = [await store.openWriter(), await store.openWriter()]
    const settle = () => ({ ...NOTHING, deadLetters: [deadLetter('a-0'), deadLetter('a-1')] })
    await one.write({ events: batchOf([]), settle })
    await other.write({ events: batchOf([]), settle })
    await store.reader.refresh()
    expect((await store.reader.deadLetters({ limit: 5 })).total).toBe(2)
  })

  test('what one writer deletes, another that has it still does not bring back', async () => {
    await using store = await openStore()
    const [one, other] = [await store.openWriter(), await store.openWriter()]
    const secret = batchOf([draft('a-0', { message: 'a secret' }), draft('a-1', { message: 'harmless' })])
    await one.write({ events: secret, settle: () => NOTHING })
    const range = { from: RECENT - DAY, to: RECENT + DAY }
    const request = { query: query('secret'), range, acceptedBefore: RECENT + 100n }
    expect(await one.delete(request)).toEqual({ deleted: 1 })
    await other.write({ events: secret, settle: () => NOTHING })
    const later = batchOf([
      draft('b-0', { message: 'a secret', observed_at: RECENT + 50n }),
      draft('c-0', { message: 'a new secret', observed_at: RECENT + 200n }),
    ])
    await other.write({ events: later, settle: () => NOTHING })
    expect((await ids(store)).sort()).toEqual(['a-1', 'c-0'])
  })

  test('a write that was called off is done by the same write later', async () => {
    await using store = await openStore()
    const writer = await store.openWriter()
    const off = AbortSignal.abort(new Error('not ours any more'))
    const write = { events: batchOf([draft('a-0')]), settle: () => NOTHING }
    await expect(writer.write(write, off)).rejects.toThrow('not ours any more')
    await writer.write(write)
    expect(await ids(store)).toEqual(['a-0'])
  })

  test('a closed writer says so and may be closed again, and the others go on', async () => {
    await using store = await openStore()
    const [one, other] = [await store.openWriter(), await store.openWriter()]
    await one.close()
    await one.close()
    const isClosed = expect.objectContaining({ name: 'LogStoreError', code: 'closed' })
    const write = { events: batchOf([draft('a-0')]), settle: () => NOTHING }
    await expect(one.write(write)).rejects.toEqual(isClosed)
    await expect(one.receipts(['a'])).rejects.toEqual(isClosed)
    const everything = { query: query('*'), range: EVER, acceptedBefore: RECENT }
    await expect(one.delete(everything)).rejects.toEqual(isClosed)
    await expect(one.enforceRetention(RECENT)).rejects.toEqual(isClosed)
    await expect(one.dismissDeadLetters({})).rejects.toEqual(isClosed)
    await other.write(write)
    expect(await ids(store)).toEqual(['a-0'])
  })
}

import type { EventDraft } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { LogWriter } from '../port.ts'
import {
  append,
  batchOf,
  DAY,
  draft,
  EVER,
  idsOf,
  type OpenStore,
  openStore,
  query,
  RECENT,
  receipt,
  type StoreUnderTest,
} from './store-under-test.ts'

/** Later than everything that a test received. */
const AFTER = RECENT + 3600n * 1_000_000_000n

/** Shows drafts as (from, to] of a partition and waits until readers see them. */
async function show(
  store: StoreUnderTest<LogWriter>,
  from: bigint | null,
  to: bigint,
  drafts: readonly EventDraft[],
  partition = 0,
): Promise<{ applied: boolean }> {
  const shown = await store.writer.show({ partition, from, to, events: batchOf(drafts) })
  await store.reader.refresh()
  return shown
}

const found = async (store: StoreUnderTest<LogWriter>) => (await idsOf(store, '*')).sort()

export function showing(open: OpenStore<LogWriter>): void {
  test('what is shown is in every answer, before it is stored', async () => {
    await using store = await openStore(open)
    await append(store, [draft('stored-0', { service: 'cart', severity_number: 9 })])
    const events = [
      draft('shown-0', {
        service: 'cart',
        severity_number: 17,
        trace_id: 'abc',
        attributes: { status: 500, new: true },
      }),
      draft('shown-1', { timestamp: RECENT - 3n * DAY, attributes: { status: 'ok', list: [1, 'two'] } }),
    ]
    expect(await show(store, 1n, 4n, events)).toEqual({ applied: true })
    expect(await idsOf(store, '*')).toEqual(['stored-0', 'shown-0', 'shown-1'])
    expect(await idsOf(store, 'status:500 level:error abc')).toEqual(['shown-0'])
    expect(await idsOf(store, 'status:ok OR new:true')).toEqual(['shown-0', 'shown-1'])
    const all = { query: query('*'), range: EVER }
    expect(await store.reader.count(all)).toBe(3)
    expect(await store.reader.count({ ...all, query: query('level:error') })).toBe(1)
    expect(await store.reader.count({ ...all, range: { from: RECENT, to: RECENT + 1n } })).toBe(2)
    const buckets = await store.reader.histogram({ ...all, interval: DAY, by: 'level' })
    expect(buckets.map(({ count }) => count)).toEqual([1, 2])
    expect(await store.reader.top({ ...all, field: 'service', limit: 5 })).toEqual([
      { value: 'cart', count: 2 },
    ])
    const fields = await store.reader.fields({ range: EVER })
    expect(fields.find(({ name }) => name === 'status')?.types).toEqual(['number', 'string'])
    expect(await store.reader.event('shown-1')).toMatchObject({
      id: 'shown-1',
      attributes: { status: 'ok', list: [1, 'two'] },
    })
    expect(await store.reader.stats()).toMatchObject({ events: 3, shown: 2 })
    expect(store.writer.stats()).toMatchObject({ events: 3, shown: 2 })
    expect(store.writer.position(0)).toBe(1n)
  })

  test('an append takes the place of what was shown, and brings the receipts', async () => {
    await using store = await openStore(open)
    const events = ['a-0', 'a-1', 'a-2'].map((id) => draft(id, { attributes: { [id]: id } }))
    await show(store, null, 2n, events.slice(0, 1))
    await show(store, 2n, 3n, events.slice(1, 2))
    expect(await store.reader.batch('a')).toBeUndefined()
    expect(await store.writer.seenBatches(0, ['a'])).toEqual(new Set())
    await append(store, events, { to: 5n, batches: [receipt('a')] })
    expect(await found(store)).toEqual(['a-0', 'a-1', 'a-2'])
    expect(await store.reader.count({ query: query('*'), range: EVER })).toBe(3)
    expect(await idsOf(store, 'a-0:a-0')).toEqual(['a-0'])
    expect(await store.reader.stats()).toMatchObject({ events: 3, shown: 0 })
    expect(await store.reader.batch('a')).toEqual(receipt('a'))
    await show(store, 5n, 6n, [draft('b-0')])
    expect(await found(store)).toEqual(['a-0', 'a-1', 'a-2', 'b-0'])
  })

  test('a show from where an earlier one began takes its place and that of all behind it', async () => {
    await using store = await openStore(open)
    await show(store, null, 2n, [draft('a-0')])
    await show(store, 2n, 4n, [draft('b-0'), draft('b-1')])
    await show(store, 4n, 9n, [draft('c-0')])
    await show(store, 2n, 7n, [draft('b-0'), draft('c-0')])
    expect(await found(store)).toEqual(['a-0', 'b-0', 'c-0'])
    await show(store, null, 1n, [draft('z-0')])
    expect(await found(store)).toEqual(['z-0'])
    await append(store, [], { to: 9n })
    expect(await found(store)).toEqual([])
  })

  test('a show without events moves what the partition is shown to, and nothing else', async () => {
    await using store = await openStore(open)
    expect(await show(store, null, 3n, [])).toEqual({ applied: true })
    await show(store, 3n, 4n, [draft('a-0')])
    expect(store.writer.position(0)).toBeNull()
    expect(await found(store)).toEqual(['a-0'])
    expect(store.writer.stats()).toMatchObject({ events: 1, shown: 1 })
    await show(store, null, 4n, [])
    expect(await found(store)).toEqual([])
  })

  test('a show that does not follow is refused whole', async () => {
    await using store = await openStore(open)
    const isGap = expect.objectContaining({ name: 'LogStoreError', code: 'position_gap' })
    await expect(show(store, 0n, 3n, [draft('x-0')]), 'an unknown partition').rejects.toEqual(isGap)
    await append(store, [draft('kept')], { to: 10n })
    await show(store, 10n, 14n, [draft('a-0')])
    await expect(show(store, 15n, 16n, [draft('x-1')]), 'a gap').rejects.toEqual(isGap)
    await expect(show(store, 12n, 16n, [draft('x-2')]), 'within a show').rejects.toEqual(isGap)
    await expect(show(store, 5n, 16n, [draft('x-3')]), 'before the position').rejects.toEqual(isGap)
    await expect(show(store, null, 16n, [draft('x-4')]), 'from the beginning').rejects.toEqual(isGap)
    await expect(show(store, 14n, 16n, [draft('x-5')], 3), 'of another partition').rejects.toEqual(isGap)
    await store.reader.refresh()
    expect(await found(store)).toEqual(['a-0', 'kept'])
  })

  test('a show of what is committed does nothing', async () => {
    await using store = await openStore(open)
    await append(store, [draft('a-0')], { to: 5n })
    expect(await show(store, null, 5n, [draft('a-0')])).toEqual({ applied: false })
    expect(await show(store, 3n, 4n, [draft('a-0')])).toEqual({ applied: false })
    expect(await found(store)).toEqual(['a-0'])
  })

  test('an append that ends within a show hides its rest, until that is shown again or appended', async () => {
    await using store = await openStore(open)
    const [a, b, c] = [draft('a-0'), draft('b-0'), draft('c-0')]
    await show(store, null, 1n, [a])
    await show(store, 1n, 3n, [b, c])
    await append(store, [a, b], { to: 2n })
    expect(await found(store)).toEqual(['a-0', 'b-0'])
    await show(store, 2n, 3n, [c])
    expect(await found(store)).toEqual(['a-0', 'b-0', 'c-0'])
    await append(store, [c], { to: 3n })
    expect(await found(store)).toEqual(['a-0', 'b-0', 'c-0'])
  })

  test('a show may follow an append that is still under way', async () => {
    await using store = await openStore(open)
    const { writer } = store
    const more = { deadLetters: [], batches: [] }
    const appending = writer.append({
      partition: 0,
      from: null,
      to: 2n,
      events: batchOf([draft('a-0')]),
      ...more,
    })
    const shown = writer.show({ partition: 0, from: 2n, to: 3n, events: batchOf([draft('b-0')]) })
    expect(await Promise.all([appending, shown])).toEqual([{ applied: true }, { applied: true }])
    await store.reader.refresh()
    expect(await found(store)).toEqual(['a-0', 'b-0'])
  })

  test('partitions are shown and committed each for itself', async () => {
    await using store = await openStore(open)
    await show(store, null, 2n ** 60n, [draft('a-0')], 0)
    await show(store, null, 4n, [draft('b-0')], 3)
    await append(store, [draft('b-0')], { partition: 3, to: 4n })
    await show(store, 4n, 5n, [draft('b-1')], 3)
    expect(await found(store)).toEqual(['a-0', 'b-0', 'b-1'])
    expect(store.writer.position(0)).toBeNull()
    await append(store, [draft('a-0')], { partition: 0, to: 2n ** 60n })
    expect(await found(store)).toEqual(['a-0', 'b-0', 'b-1'])
    expect(store.writer.stats()).toMatchObject({ events: 3, shown: 1 })
  })

  test('what was only shown is gone when the store is opened again, and comes with its append', async () => {
    await using store = await openStore(open)
    await append(store, [draft('stored-0')])
    await show(store, 1n, 2n, [draft('shown-0', { attributes: { only: 'shown' } })])
    await store.reopen()
    await store.reader.refresh()
    expect(await found(store)).toEqual(['stored-0'])
    expect(store.writer.stats()).toMatchObject({ events: 1, shown: 0 })
    await show(store, 1n, 2n, [draft('shown-0', { attributes: { other: 'key' } })])
    expect(await idsOf(store, 'other:key')).toEqual(['shown-0'])
    await append(store, [draft('shown-0', { attributes: { other: 'key' } })])
    expect(await found(store)).toEqual(['shown-0', 'stored-0'])
    expect(await idsOf(store, 'other:key')).toEqual(['shown-0'])
    expect(await idsOf(store, 'only:shown')).toEqual([])
  })

  test('what an earlier delete covers is not shown', async () => {
    await using store = await openStore(open)
    const range = { from: RECENT - DAY, to: RECENT + DAY }
    await store.writer.delete({ query: query('secret'), range, acceptedBefore: RECENT + 100n })
    await show(store, null, 1n, [
      draft('early-0', { message: 'a secret' }),
      draft('early-1', { message: 'harmless' }),
      draft('late-0', { message: 'a secret', observed_at: RECENT + 200n }),
    ])
    expect(await found(store)).toEqual(['early-1', 'late-0'])
    await show(store, null, 1n, [draft('early-0', { message: 'a secret' })])
    expect(await found(store)).toEqual([])
  })

  test('a delete has what is shown appended first, then removes it for good', async () => {
    await using store = await openStore(open)
    const { writer } = store
    const events = [
      draft('a-0', { message: 'a secret' }),
      draft('a-1'),
      draft('a-2', { message: 'late secret' }),
    ]
    await show(store, null, 2n, events.slice(0, 2), 4)
    const asked: number[] = []
    const flushed = async (partition: number) => {
      asked.push(partition)
      // What comes in meanwhile and is covered is not to be seen for a moment.
      await show(store, 2n, 3n, events.slice(2), 4)
      expect(await idsOf(store, 'late')).toEqual([])
      await append(store, events, { partition: 4, to: 3n })
    }
    const flushes: Promise<void>[] = []
    writer.onFlush((partition) => flushes.push(flushed(partition)))
    const request = { query: query('secret'), range: EVER, acceptedBefore: AFTER }
    expect(await writer.delete(request)).toEqual({ deleted: 2 })
    await Promise.all(flushes)
    await store.reader.refresh()
    expect(asked).toEqual([4])
    expect(await found(store)).toEqual(['a-1'])
    await show(store, 3n, 4n, [draft('b-0', { message: 'secret' })], 4)
    expect(await found(store)).toEqual(['a-1'])
  })

  test('a delete does not wait for shown events that it cannot touch', async () => {
    await using store = await openStore(open)
    await show(store, null, 1n, [draft('a-0', { service: 'cart' })])
    store.writer.onFlush(() => expect.unreachable('nothing has to be appended'))
    const range = { from: RECENT - 2n * DAY, to: RECENT - DAY }
    const request = { query: query('*'), range, acceptedBefore: AFTER }
    expect(await store.writer.delete(request)).toEqual({ deleted: 0 })
    await store.reader.refresh()
    expect(await found(store)).toEqual(['a-0'])
  })

  test('a delete of what is shown and never appended says so and deletes nothing', async () => {
    await using store = await openStore(open, { flushMillis: 20 })
    await append(store, [draft('stored-0', { message: 'secret' })])
    await show(store, 1n, 2n, [draft('shown-0', { message: 'secret' })])
    const request = { query: query('secret'), range: EVER, acceptedBefore: AFTER }
    await expect(store.writer.delete(request)).rejects.toMatchObject({
      name: 'LogStoreError',
      code: 'timeout',
    })
    await store.reader.refresh()
    expect(await found(store)).toEqual(['shown-0', 'stored-0'])
    await show(store, 2n, 3n, [draft('shown-1', { message: 'secret' })])
    expect(await found(store)).toEqual(['shown-0', 'shown-1', 'stored-0'])
  })

  test('whatever is shown, shown again and appended, a reader finds each event once', async () => {
    const step = fc.record({
      kind: fc.constantFrom('show', 'again', 'append'),
      rows: fc.nat({ max: 3 }),
      back: fc.nat({ max: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        await using store = await openStore(open)
        let committed = 0n
        let shown: { from: bigint; to: bigint }[] = []
        const eventsOf = (from: bigint, to: bigint) =>
          Array.from({ length: Number(to - from) }, (_, index) => draft(`e-${from + BigInt(index)}`))
        const at = (position: bigint) => (position === 0n ? null : position)
        for (const { kind, rows, back } of steps) {
          const end = shown.at(-1)?.to ?? committed
          const from = kind === 'again' ? (shown.at(-1 - back)?.from ?? end) : end
          const to = from + BigInt(rows)
          if (kind === 'append') {
            const until = committed + BigInt(rows + 1)
            const isCut = shown.some((range) => range.from < until && range.to > until)
            await append(store, eventsOf(committed, until), { to: until })
            committed = until
            shown = shown.filter((range) => range.from >= committed)
            if (isCut) {
              // What it held past the append is hidden: it is shown again from there.
              await show(store, committed, committed + 1n, eventsOf(committed, committed + 1n))
              shown = [{ from: committed, to: committed + 1n }]
            }
          } else if (to > from) {
            await show(store, at(from), to, eventsOf(from, to))
            shown = [...shown.filter((range) => range.from < from), { from, to }]
          }
          const last = shown.at(-1)?.to ?? committed
          expect(await found(store)).toEqual(
            eventsOf(0n, last)
              .map(({ id }) => id)
              .sort(),
          )
        }
      }),
      { numRuns: 12 },
    )
  })
}

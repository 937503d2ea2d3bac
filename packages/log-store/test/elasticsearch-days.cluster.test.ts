import { expect, test } from 'vitest'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { batchOf, DAY, draft, EVER, query } from '../src/contract/store-under-test.ts'
import { openElasticsearchHotDays } from '../src/elasticsearch/index.ts'
import { eventIndex } from '../src/elasticsearch/names.ts'
import {
  coverageOf,
  type KeptCoverage,
  memoryLogStore,
  restoreDays,
  retireDays,
  TieredReader,
} from '../src/index.ts'
import { newIndices } from './elasticsearch/store-under-test.ts'

/** Started before any test is timed: on a busy machine that takes minutes. */
const address = await sharedServer('elasticsearch')
/** Midnight today. */
const TODAY = ((BigInt(Date.now()) * 1_000_000n) / DAY) * DAY
const settle = () => ({ deadLetters: [], receipts: [], replayed: [] })
const dayOf = (age: bigint) => ({ from: TODAY - age * DAY, to: TODAY - (age - 1n) * DAY })

/** Real indices, and an archive in memory that has all of it. */
async function tiers() {
  const indices = newIndices(address)
  let time = TODAY + DAY / 2n
  const now = () => time
  const days = openElasticsearchHotDays({ address: { nodes: [address] }, prefix: indices.prefix, now })
  const writer = indices.openWriter({ retentionDays: 36_500 })
  const cold = memoryLogStore()
  const readers = { hot: indices.openReader(), cold: cold.openReader() }
  const state: { kept: KeptCoverage } = { kept: { restored: [] } }
  const coverage = {
    read: async () => state.kept,
    async change(decide: (kept: KeptCoverage) => KeptCoverage | undefined) {
      const changed = decide(state.kept)
      state.kept = changed ?? state.kept
      return changed !== undefined
    },
  }
  const write = async (...drafts: Parameters<typeof batchOf>[0]) => {
    await cold.openIdempotentWriter().write({ events: batchOf(drafts), settle })
    await writer.write({ events: batchOf(drafts), settle })
  }
  const tiered = new TieredReader(readers, async () => coverageOf(state.kept))
  return {
    ...{ days, writer, readers, coverage, write, address, prefix: indices.prefix },
    later: (nanos: bigint) => {
      time += nanos
    },
    retire: () => retireDays({ readers, days, coverage, hotDays: 2, now, readersLeave: async () => {} }),
    restore: (age: bigint, until: bigint) =>
      restoreDays(
        {
          ...{ readers, writer, days, coverage },
          pause: async () => {},
          signal: new AbortController().signal,
          onProgress: () => {},
        },
        { range: dayOf(age), until },
      ),
    async ids(reader: Pick<TieredReader, 'refresh' | 'search'> = tiered) {
      await reader.refresh()
      const { events } = await reader.search({ query: query('*'), range: EVER, limit: 1000 })
      return events.map(({ id }) => id)
    },
    async [Symbol.asyncDispose]() {
      await days.close()
      await writer.close()
      await tiered.close()
      await indices.remove()
    },
  }
}

/** An event in the middle of a day that was so many days ago. */
const old = (id: string, age: bigint, more: object = {}) => {
  const timestamp = TODAY - age * DAY + DAY / 2n
  return draft(id, { timestamp, observed_at: timestamp, ...more })
}

test('days are retired, restored and retired again, and every question has the same answer all along', async () => {
  await using store = await tiers()
  await store.write(...[0n, 1n, 2n, 3n, 4n].flatMap((age) => [old(`a-${age}`, age), old(`b-${age}`, age)]))
  const all = await store.ids()
  expect(all).toHaveLength(10)
  const first = await store.retire()
  expect(first).toMatchObject({ dropped: 4, obstacles: [] })
  expect(await store.ids(store.readers.hot)).toEqual(all.slice(0, 6))
  expect(await store.ids()).toEqual(all)
  await store.restore(4n, TODAY + DAY)
  expect((await store.ids(store.readers.hot)).filter((id) => id.endsWith('4'))).toEqual(['b-4', 'a-4'])
  expect(await store.ids()).toEqual(all)
  // What is deleted goes from both.
  const gone = { query: query('message:"message of a-4"'), range: EVER, acceptedBefore: TODAY + DAY }
  await store.writer.delete(gone)
  expect(await store.ids()).toEqual(all.filter((id) => id !== 'a-4'))
  store.later(DAY)
  // The archive still has it: the day waits until that is settled, or for a day.
  expect((await store.retire()).obstacles.length).toBeGreaterThan(0)
})

test('what happens on a day that is looked at is written when the look ends, and anything else at once', async () => {
  await using store = await tiers()
  await store.write(old('there', 3n), old('other', 0n))
  let isWritten = false
  const write = { events: batchOf([old('late', 3n)]), settle }
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = store.days.withoutWrites(dayOf(3n), async () => {
    resolve()
    await store.writer.write({ events: batchOf([old('today', 0n)]), settle })
    expect(await store.ids(store.readers.hot)).not.toContain('late')
    return isWritten
  })
  await promise
  const late = store.writer.write(write).then(() => {
    isWritten = true
  })
  expect(await look).toBe(false)
  await late
  expect((await store.ids(store.readers.hot)).sort()).toEqual(['late', 'other', 'there', 'today'])
})

test('writes that a process has stopped which died are let in by the next one', async () => {
  await using store = await tiers()
  await store.write(old('there', 3n))
  const dead = store.days.withoutWrites(dayOf(3n), () => new Promise<never>(() => {}))
  dead.catch(() => undefined)
  const late = store.writer.write({ events: batchOf([old('late', 3n)]), settle })
  store.later(DAY / 100n)
  // Once its block is there it is older than any look can be.
  await expect
    .poll(
      async () => {
        store.later(DAY / 100n)
        await store.days.recover()
        return store.ids(store.readers.hot)
      },
      { timeout: 60_000 },
    )
    .toContain('late')
  await late
})

test('an index of imported events goes when nothing in it is to be kept, and stays while it is written to', async () => {
  await using store = await tiers()
  const imported = (id: string, age: bigint, received: bigint) =>
    old(id, age, { observed_at: TODAY - received * DAY })
  await store.write(imported('gone', 60n, 10n), imported('kept', 70n, 9n), imported('new', 60n, 0n))
  const keep = [dayOf(70n), { from: TODAY - 5n * DAY, to: EVER.to }]
  expect(await store.days.hasOutside(keep)).toBe(true)
  expect(await store.days.drop(async () => keep)).toEqual({ events: 1 })
  expect(await store.ids(store.readers.hot)).toEqual(['new', 'kept'])
  expect(await store.days.hasOutside(keep)).toBe(false)
})

test('a block that the owner has put on an index of a day stays', async () => {
  await using store = await tiers()
  await store.write(old('there', 3n))
  const index = eventIndex(store.prefix, TODAY - 3n * DAY, TODAY)
  await fetch(`${store.address}/${index}/_block/write`, { method: 'PUT' })
  expect(await store.days.withoutWrites(dayOf(3n), async () => 'looked')).toBe('looked')
  await store.days.recover()
  const settings = await (await fetch(`${store.address}/${index}/_settings`)).text()
  expect(settings).toContain('"write":"true"')
})

import { expect, test } from 'vitest'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { batchOf, DAY, draft, RECENT, receipt } from '../src/contract/store-under-test.ts'
import { eventIndex, indexNames } from '../src/elasticsearch/names.ts'
import type { Settlement } from '../src/port.ts'
import { faultProxy } from './elasticsearch/fault-proxy.ts'
import { newIndices } from './elasticsearch/store-under-test.ts'
import { storedIds } from './elasticsearch/stored-documents.ts'

/** A server that makes its first indices is slow. */
const PATIENTLY = { timeout: 60_000 }
const settle = (): Settlement => ({ deadLetters: [], receipts: [], replayed: [] })
/** A day past the retention; what happened then can have been received up to 31 days later. */
const LONG_AGO = RECENT - 12n * DAY
const old = (id: string) => draft(id, { timestamp: LONG_AGO, observed_at: LONG_AGO })
const lately = (id: string) => draft(id, { timestamp: LONG_AGO, observed_at: RECENT })

async function openIndices() {
  const address = await sharedServer('elasticsearch')
  const proxy = await faultProxy(address)
  const indices = newIndices(address)
  const direct = indices.openWriter({ retentionDays: 10 })
  const proxied = indices.openWriter({ retentionDays: 10 }, proxy.url)
  return {
    proxy,
    batches: indexNames(indices.prefix).batches,
    direct,
    proxied,
    openWriter: indices.openWriter,
    index: eventIndex(indices.prefix, LONG_AGO, LONG_AGO),
    stored: async () => (await storedIds(address, indices.prefix)).ids,
    async ask(method: string, path: string, body?: object): Promise<unknown> {
      const answer = await fetch(`${address}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      expect(answer.status, await answer.clone().text()).toBe(200)
      return answer.json()
    },
    async [Symbol.asyncDispose]() {
      await direct.close()
      await proxied.close()
      await proxy[Symbol.asyncDispose]()
      await indices.remove()
    },
  }
}

test('retention drops nothing on the word of the shards that happen to answer', async () => {
  await using store = await openIndices()
  await store.direct.write({ events: batchOf([]), settle })
  await store.ask('PUT', `/${store.index}`, { settings: { number_of_shards: 2 } })
  const ids = Array.from({ length: 20 }, (_, place) => `old-${String(place).padStart(2, '0')}`)
  await store.direct.write({ events: batchOf([...ids.map(old), lately('received')]), settle })
  // The shard that has it fails, its neighbour answers.
  const source = `if (params._source.message == 'message of received') throw new RuntimeException('broken'); emit(0L)`
  await store.ask('PUT', `/${store.index}/_mapping`, {
    runtime: { observed_at: { type: 'long', script: { source } } },
  })
  await expect(store.direct.enforceRetention(RECENT)).rejects.toThrow()
  expect(await store.stored()).toEqual([...ids, 'received'])
})

test('an event that is written while retention deletes its index is kept', async () => {
  await using store = await openIndices()
  await store.direct.write({ events: batchOf([old('old')]), settle })
  // The index is looked at, and its end is held up.
  store.proxy.fault = (path) => (path === `/${store.index}` ? 'too_many' : 'none')
  const enforcing = store.proxied.enforceRetention(RECENT)
  await expect.poll(() => store.proxy.met.get('too_many') ?? 0, PATIENTLY).toBeGreaterThan(0)
  let isStored = false
  const writing = store.direct.write({ events: batchOf([lately('received')]), settle }).then(() => {
    isStored = true
  })
  await expect
    .poll(() => (isStored ? 'stored' : (store.direct.stats().obstacle ?? '')), PATIENTLY)
    .toMatch(/block/)
  store.proxy.fault = () => 'none'
  expect(await enforcing).toEqual({ segments: 1, events: 1 })
  await writing
  expect(await store.stored()).toEqual(['received'])
})

test('an index that turns out to be written to is kept, and can be written to', async () => {
  await using store = await openIndices()
  await store.direct.write({ events: batchOf([old('old')]), settle })
  store.proxy.fault = (path) => (path.startsWith(`/${store.index}/_block`) ? 'too_many' : 'none')
  const enforcing = store.proxied.enforceRetention(RECENT)
  await expect.poll(() => store.proxy.met.get('too_many') ?? 0, PATIENTLY).toBeGreaterThan(0)
  await store.direct.write({ events: batchOf([lately('received')]), settle })
  store.proxy.fault = () => 'none'
  expect(await enforcing).toEqual({ segments: 0, events: 0 })
  await store.direct.write({ events: batchOf([lately('more')]), settle })
  expect(await store.stored()).toEqual(['more', 'old', 'received'])
})

test('an index whose writes another process stopped and then died can be written to after the next retention', async () => {
  await using store = await openIndices()
  await store.direct.write({ events: batchOf([old('old'), lately('received')]), settle })
  await store.ask('PUT', `/${store.index}/_block/write`)
  expect(await store.direct.enforceRetention(RECENT)).toEqual({ segments: 0, events: 0 })
  await store.direct.write({ events: batchOf([lately('more')]), settle })
  expect(await store.stored()).toEqual(['more', 'old', 'received'])
})

test('receipts are known for as long as the queue keeps a message, and not for ever', async () => {
  await using store = await openIndices()
  const patient = store.openWriter({ retentionDays: 10, queueRetentionHours: 20 * 24 })
  const receivedAgo = (id: string, days: bigint) => receipt(id, { received_at: RECENT - days * DAY })
  const receipts = [receivedAgo('a', 5n), receivedAgo('b', 15n), receivedAgo('c', 22n)]
  await patient.write({ events: batchOf([]), settle: () => ({ ...settle(), receipts }) })
  const known = async () => [...(await patient.receipts(['a', 'b', 'c'])).keys()].sort()
  // What it forgets is chosen among what is searchable.
  await store.ask('POST', `/${store.batches}/_refresh`)
  await patient.enforceRetention(RECENT)
  expect(await known()).toEqual(['a', 'b'])
  await store.ask('POST', `/${store.batches}/_refresh`)
  await store.direct.enforceRetention(RECENT)
  expect(await known()).toEqual(['a'])
  await patient.close()
})

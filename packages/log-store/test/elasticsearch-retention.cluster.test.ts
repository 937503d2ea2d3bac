import { expect, test } from 'vitest'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { batchOf, DAY, draft, EVER, query, RECENT, receipt } from '../src/contract/store-under-test.ts'
import { eventIndex, indexNames } from '../src/elasticsearch/names.ts'
import type { Settlement } from '../src/port.ts'
import { faultProxy } from './elasticsearch/fault-proxy.ts'
import { newIndices } from './elasticsearch/store-under-test.ts'
import { storedIds } from './elasticsearch/stored-documents.ts'

const settle = (): Settlement => ({ deadLetters: [], receipts: [], replayed: [] })
/** A day past the retention; what happened then can have been received up to 31 days later. */
const LONG_AGO = RECENT - 12n * DAY
const MINUTE = 60_000_000_000n
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
    openReader: indices.openReader,
    prefix: indices.prefix,
    index: eventIndex(indices.prefix, LONG_AGO, LONG_AGO),
    stored: async () => (await storedIds(address, indices.prefix)).ids,
    async ask(method: string, path: string, body?: object): Promise<unknown> {
      const answer = await fetch(`${address}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      expect(answer.ok, await answer.clone().text()).toBe(true)
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
  await expect.poll(() => store.proxy.met.get('too_many') ?? 0).toBeGreaterThan(0)
  let isStored = false
  const writing = store.direct.write({ events: batchOf([lately('received')]), settle }).then(() => {
    isStored = true
  })
  await expect.poll(() => (isStored ? 'stored' : (store.direct.stats().obstacle ?? ''))).toMatch(/block/)
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
  await expect.poll(() => store.proxy.met.get('too_many') ?? 0).toBeGreaterThan(0)
  await store.direct.write({ events: batchOf([lately('received')]), settle })
  store.proxy.fault = () => 'none'
  expect(await enforcing).toEqual({ segments: 0, events: 0 })
  await store.direct.write({ events: batchOf([lately('more')]), settle })
  expect(await store.stored()).toEqual(['more', 'old', 'received'])
})

test('an index whose writes a retention stopped that died then takes them again after a later retention', async () => {
  await using store = await openIndices()
  const received = (id: string, days: bigint) =>
    draft(id, { timestamp: LONG_AGO, observed_at: RECENT - days * DAY })
  await store.direct.write({ events: batchOf([received('a', 7n)]), settle })
  // It dies after the look that found the index old for it.
  const dying = store.openWriter({ retentionDays: 5 }, store.proxy.url)
  store.proxy.fault = (path) => (path === `/${store.index}` ? 'too_many' : 'none')
  const died = expect(dying.enforceRetention(RECENT)).rejects.toMatchObject({ code: 'closed' })
  await expect.poll(() => store.proxy.met.get('too_many') ?? 0).toBeGreaterThan(0)
  await dying.close()
  await died
  const writing = store.direct.write({ events: batchOf([received('b', 6n)]), settle })
  await expect.poll(() => store.direct.stats().obstacle ?? '').toMatch(/block/)
  // At once it might still be under way.
  const nothing = { segments: 0, events: 0 }
  expect(await store.direct.enforceRetention(RECENT + MINUTE)).toEqual(nothing)
  expect(store.direct.stats().pendingBytes).toBeGreaterThan(0)
  expect(await store.direct.enforceRetention(RECENT + 10n * MINUTE)).toEqual(nothing)
  await writing
  expect(await store.stored()).toEqual(['a', 'b'])
})

test('an index whose writes its owner stopped stays so, and goes when it is old', async () => {
  await using store = await openIndices()
  await store.direct.write({ events: batchOf([old('old'), lately('received')]), settle })
  await store.ask('PUT', `/${store.index}/_block/write`)
  expect(await store.direct.enforceRetention(RECENT)).toEqual({ segments: 0, events: 0 })
  const settings = await store.ask('GET', `/${store.index}/_settings?flat_settings`)
  expect(settings).toMatchObject({ [store.index]: { settings: { 'index.blocks.write': 'true' } } })
  expect(await store.direct.enforceRetention(RECENT + 15n * DAY)).toEqual({ segments: 1, events: 2 })
  expect(await store.stored()).toEqual([])
})

test('indices of other programs whose names begin alike are neither read nor deleted, and made from templates of their own', async () => {
  await using store = await openIndices()
  const { prefix } = store
  await store.direct.write({ events: batchOf([draft('ours')]), settle })
  const foreign = [`${prefix}nginx-default`, `${prefix}2fa`, `${prefix}imported`]
  for (const index of foreign)
    await store.ask('POST', `/${index}/_doc?refresh=true`, {
      message: 'secret',
      '@timestamp': '2001-01-01T00:00:00Z',
      timestamp: 'text',
    })
  const reader = store.openReader()
  expect((await reader.search({ query: query('secret'), range: EVER, limit: 10 })).events).toEqual([])
  expect((await reader.stats()).events).toBe(1)
  await store.direct.delete({ query: query('*'), range: EVER, acceptedBefore: RECENT })
  await store.direct.enforceRetention(RECENT + 90n * DAY)
  for (const index of foreign) {
    expect(await store.ask('GET', `/${index}/_count`)).toMatchObject({ count: 1 })
    expect(JSON.stringify(await store.ask('GET', `/${index}/_mapping`))).not.toContain('severity_number')
  }
  await reader.close()
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

import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { batchOf, DAY, draft, EVER, query, RECENT } from '../src/contract/store-under-test.ts'
import { indexNames } from '../src/elasticsearch/names.ts'
import type { Settlement } from '../src/port.ts'
import { faultProxy } from './elasticsearch/fault-proxy.ts'
import { newIndices } from './elasticsearch/store-under-test.ts'
import { storedIds } from './elasticsearch/stored-documents.ts'

const KEEP = { retentionDays: 30 }
const settle = (): Settlement => ({ deadLetters: [], receipts: [], replayed: [] })

/** Indices of their own, with writers that ask the server itself or a proxy before it. */
async function openIndices() {
  const address = await sharedServer('elasticsearch')
  const proxy = await faultProxy(address)
  const indices = newIndices(address)
  const direct = indices.openWriter(KEEP)
  const proxied = indices.openWriter(KEEP, proxy.url)
  return {
    address,
    prefix: indices.prefix,
    proxy,
    direct,
    proxied,
    stored: async () => (await storedIds(address, indices.prefix)).ids,
    async [Symbol.asyncDispose]() {
      await direct.close()
      await proxied.close()
      await proxy[Symbol.asyncDispose]()
      await indices.remove()
    },
  }
}

test('an event that was stored behind the back of a delete is gone when its write comes again', async () => {
  await using store = await openIndices()
  const write = { events: batchOf([draft('a-0', { message: 'secret' }), draft('a-1')]), settle }
  await store.proxied.write({ events: batchOf([draft('first')]), settle })
  store.proxy.fault = (path) => (path.startsWith('/_bulk') ? 'too_many' : 'none')
  const lost = new AbortController()
  const writing = store.proxied.write(write, lost.signal)
  await expect.poll(() => store.proxy.met.get('too_many') ?? 0).toBeGreaterThan(1)
  const request = { query: query('secret'), range: EVER, acceptedBefore: RECENT }
  expect(await store.direct.delete(request)).toEqual({ deleted: 0 })
  store.proxy.fault = (path) => (path.startsWith('/_bulk') ? 'answer_lost' : 'too_many')
  await expect.poll(() => store.stored()).toEqual(['a-0', 'a-1', 'first'])
  lost.abort(new Error('this process is gone'))
  await expect(writing).rejects.toThrow('this process is gone')
  await store.direct.write(write)
  expect(await store.stored()).toEqual(['a-1', 'first'])
})

test('what a delete covers and never was stored is settled, also where its index is not there', async () => {
  await using store = await openIndices()
  await store.direct.delete({ query: query('secret'), range: EVER, acceptedBefore: RECENT })
  const settled: number[] = []
  await store.direct.write({
    events: batchOf([draft('a-0', { message: 'secret' })]),
    settle: (refused) => {
      settled.push(refused.length)
      return settle()
    },
  })
  expect(settled).toEqual([0])
  expect(await store.stored()).toEqual([])
})

test('a delete ends while matching events go on coming in, and removes none that was accepted after it', async () => {
  await using store = await openIndices()
  const match = (id: string, accepted: bigint) => draft(id, { message: 'secret', observed_at: accepted })
  await store.direct.write({ events: batchOf([match('early', RECENT)]), settle })
  let isDeleting = true
  const deleting = store.direct
    .delete({ query: query('secret'), range: EVER, acceptedBefore: RECENT })
    .finally(() => {
      isDeleting = false
    })
  // The first look may take what is there already; what comes once that is over is accepted later.
  await expect.poll(() => store.stored()).toEqual([])
  const later: string[] = []
  for (let round = 100; isDeleting; round++) {
    later.push(`later-${round}`)
    await store.proxied.write({ events: batchOf([match(`later-${round}`, RECENT + 1n)]), settle })
  }
  expect(later.length).toBeGreaterThan(0)
  expect(await deleting).toEqual({ deleted: 1 })
  expect(await store.stored()).toEqual(later)
})

test('of more deletes than a writer can keep in mind it respects the newest', async () => {
  await using store = await openIndices()
  await store.direct.write({ events: batchOf([]), settle })
  const { deletes } = indexNames(store.prefix)
  const at = String(RECENT - DAY)
  const tombstone = { query: 'nothing', from: '0', to: '1', accepted_before: at, at }
  const millis = Number((RECENT - DAY) / 1_000_000n)
  const older = Array.from(
    { length: 10_000 },
    () =>
      `${JSON.stringify({ create: { _id: randomUUID() } })}\n${JSON.stringify({ at: millis, tombstone })}\n`,
  )
  const made = await fetch(`${store.address}/${deletes}/_bulk?refresh=true`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: older.join(''),
  })
  expect(await made.json()).toMatchObject({ errors: false })
  await store.direct.delete({ query: query('secret'), range: EVER, acceptedBefore: RECENT })
  await store.direct.write({
    events: batchOf([draft('a-0', { message: 'secret' }), draft('a-1')]),
    settle,
  })
  expect(await store.stored()).toEqual(['a-1'])
})

test('who deletes is told when Elasticsearch turns everything away, also while writes wait for their indices', async () => {
  await using store = await openIndices()
  await store.proxied.write({ events: batchOf([draft('a-0')]), settle })
  store.proxy.fault = (path) => (path.startsWith('/_bulk') ? 'too_many' : 'none')
  await using away = await faultProxy(store.address)
  away.fault = () => 'too_many'
  const waiting = newIndices(store.address).openWriter(KEEP, away.url)
  const write = waiting.write({ events: batchOf([draft('b-0')]), settle })
  const ends = expect(write).rejects.toMatchObject({ code: 'closed' })
  const request = { query: query('*'), range: EVER, acceptedBefore: RECENT }
  const late = { code: 'timeout', message: expect.stringContaining('429') }
  await Promise.all([
    expect(store.proxied.delete(request)).rejects.toMatchObject(late),
    expect(waiting.delete(request)).rejects.toMatchObject(late),
    expect(waiting.dismissDeadLetters({})).rejects.toMatchObject(late),
  ])
  await waiting.close()
  await ends
})

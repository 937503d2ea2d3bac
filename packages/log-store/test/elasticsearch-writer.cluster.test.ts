import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startElasticsearch } from '../../../scripts/stack/elasticsearch.ts'
import type { StackServer } from '../../../scripts/stack/server.ts'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { batchOf, deadLetter, draft, RECENT, receipt } from '../src/contract/store-under-test.ts'
import { eventIndex } from '../src/elasticsearch/names.ts'
import { openElasticsearchWriter } from '../src/elasticsearch/open-writer.ts'
import { BULK_LIMITS, type BulkLimits, type BulkObserver } from '../src/elasticsearch/write/bulk-sender.ts'
import type { IdempotentWriter, RefusedEvent, Settlement } from '../src/port.ts'
import { type Fault, faultProxy } from './elasticsearch/fault-proxy.ts'
import { reddenIndices } from './elasticsearch/red-indices.ts'
import { storedIds } from './elasticsearch/stored-documents.ts'

const NOTHING: Settlement = { deadLetters: [], receipts: [], replayed: [] }

const idsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${name}-${String(index).padStart(6, '0')}`)
const events = (ids: readonly string[]) => batchOf(ids.map((id) => draft(id)))

/** A writer with indices of its own, which go with it. */
async function openWriter(
  url: string,
  address = url,
  observer?: BulkObserver,
  backoff: BulkLimits['backoff'] = { first: 5, most: 200 },
) {
  const prefix = `w${randomUUID().slice(0, 8)}-`
  const writer = openElasticsearchWriter({
    address: { nodes: [url] },
    prefix,
    shards: 1,
    replicas: 0,
    retentionDays: 30,
    // Small, so that there are many requests.
    limits: { ...BULK_LIMITS, bytes: 16_384, backoff },
    ...(observer && { observer }),
  })
  return {
    writer,
    prefix,
    stored: () => storedIds(address, prefix),
    async [Symbol.asyncDispose]() {
      await writer.close()
      await fetch(`${address}/${prefix}*,heartwood-${prefix}*`, { method: 'DELETE' }).catch(() => undefined)
    },
  }
}

/** Fails the first requests of a kind, one way after the other, then none. */
function failing(path: string, faults: readonly Fault[]): (asked: string) => Fault {
  const left = [...faults]
  return (asked) => (asked.startsWith(path) ? (left.shift() ?? 'none') : 'none')
}

test('whatever becomes of requests and answers on the way, each event is there once, and a batch that has a receipt is whole', async () => {
  const address = await sharedServer('elasticsearch')
  await using proxy = await faultProxy(address)
  let again = 0
  const observer = { answered: () => {}, again: (operations: number) => (again += operations) }
  await using store = await openWriter(proxy.url, address, observer)
  const kinds: readonly Fault[] = ['answer_lost', 'half_too_many', 'too_many', 'request_lost']
  proxy.fault = failing('/_bulk', [...kinds, ...kinds, ...kinds])
  const batches = Array.from({ length: 8 }, (_, batch) => idsOf(`b${batch}`, 100))
  await Promise.all(
    batches.map((ids, batch) =>
      store.writer.write({
        events: events(ids),
        settle: () => ({ ...NOTHING, receipts: [receipt(`b${batch}`, { events: 100 })] }),
      }),
    ),
  )
  for (const kind of kinds) expect(proxy.met.get(kind), kind).toBe(3)
  expect(again).toBeGreaterThan(0)
  expect(await store.stored()).toEqual({ count: 800, ids: batches.flat().sort() })
  expect((await store.writer.receipts(batches.map((_, batch) => `b${batch}`))).size).toBe(8)
  expect(store.writer.stats()).toEqual({ pendingBytes: 0, obstacle: undefined })
})

test('an Elasticsearch that turns everything away is waited for, says why, and then has everything once', async () => {
  const address = await sharedServer('elasticsearch')
  await using proxy = await faultProxy(address)
  await using store = await openWriter(proxy.url, address)
  await store.writer.write({ events: events(['first-000000']), settle: () => NOTHING })
  proxy.fault = () => 'too_many'
  const ids = idsOf('late', 300)
  const writing = store.writer.write({ events: events(ids), settle: () => NOTHING })
  await expect.poll(() => store.writer.stats().obstacle).toContain('429')
  await expect.poll(() => proxy.met.get('too_many') ?? 0).toBeGreaterThan(10)
  expect((await store.stored()).count).toBe(1)
  expect(store.writer.stats().pendingBytes).toBeGreaterThan(0)
  proxy.fault = () => 'none'
  await writing
  expect(await store.stored()).toEqual({ count: 301, ids: ['first-000000', ...ids].sort() })
})

test('what gets through hides neither a question nor an event that still waits', async () => {
  const address = await sharedServer('elasticsearch')
  await using proxy = await faultProxy(address)
  const later = { first: 600_000, most: 600_000 }
  await using store = await openWriter(proxy.url, address, undefined, later)
  const write = (name: string, count: number) =>
    store.writer.write({ events: events(idsOf(name, count)), settle: () => NOTHING })
  await write('first', 1)

  proxy.fault = (path) => (path.includes('/_mget') ? 'too_many' : 'none')
  const asking = store.writer.receipts(['first'])
  await expect.poll(() => store.writer.stats().obstacle).toContain('429')
  await write('second', 1)
  expect(store.writer.stats().obstacle).toContain('429')
  proxy.fault = () => 'none'
  await asking
  expect(store.writer.stats().obstacle).toBeUndefined()

  proxy.fault = failing('/_bulk', ['half_too_many'])
  const writing = write('third', 2)
  const ended = expect(writing).rejects.toMatchObject({ code: 'closed' })
  await expect.poll(() => store.writer.stats().obstacle).toContain('busy')
  await write('fourth', 1)
  expect(store.writer.stats().obstacle).toContain('busy')
  await store.writer.close()
  await ended
})

test('what is encoded of one write has a bound, however many events it has', async () => {
  const address = await sharedServer('elasticsearch')
  await using proxy = await faultProxy(address)
  await using store = await openWriter(proxy.url, address)
  await store.writer.write({ events: events([]), settle: () => NOTHING })
  proxy.fault = (path) => (path.startsWith('/_bulk') ? 'too_many' : 'none')
  const ids = idsOf('many', 60_000)
  const writing = store.writer.write({ events: events(ids), settle: () => NOTHING })
  await expect.poll(() => proxy.met.get('too_many') ?? 0).toBeGreaterThan(20)
  const waiting = store.writer.stats().pendingBytes
  const sizeOfOne = JSON.stringify({ id: ids[0], message: `message of ${ids[0]}` }).length
  expect(waiting).toBeGreaterThan(32 * 1_024 * sizeOfOne)
  proxy.fault = () => 'none'
  const most = 33 * 1_024 * 600
  expect(waiting).toBeLessThan(most)
  await writing
  expect((await store.stored()).count).toBe(60_000)
})

test('an event that Elasticsearch refuses is told with its reason, and its neighbours are stored', async () => {
  const address = await sharedServer('elasticsearch')
  await using store = await openWriter(address)
  await onlyNumbersInMessages(store, address)
  const drafts = idsOf('n', 200).map((id, index) => draft(id, { message: index === 77 ? 'no number' : '42' }))
  const told: RefusedEvent[] = []
  await store.writer.write({
    events: batchOf(drafts),
    settle: (refused) => {
      told.push(...refused)
      return { ...NOTHING, deadLetters: [deadLetter('n-000077')], receipts: [receipt('n', { events: 199 })] }
    },
  })
  expect(told.map(({ row }) => row)).toEqual([77])
  expect(told[0]?.reason).toMatch(/failed to parse field \[message\]/)
  const { count, ids } = await store.stored()
  expect(count).toBe(199)
  expect(ids).not.toContain('n-000077')
})

test('what is called off or closed while it waits ends at once, and the same write elsewhere completes it', async () => {
  const address = await sharedServer('elasticsearch')
  await using proxy = await faultProxy(address)
  await using store = await openWriter(proxy.url, address)
  await store.writer.write({ events: events([]), settle: () => NOTHING })
  proxy.fault = (path) => (path.startsWith('/_bulk') ? 'too_many' : 'none')
  const ids = idsOf('p', 50)
  const write = { events: events(ids), settle: () => NOTHING }
  const revoked = new AbortController()
  const calledOff = store.writer.write(write, revoked.signal)
  const closed = store.writer.write(write)
  await expect.poll(() => proxy.met.get('too_many') ?? 0).toBeGreaterThan(2)
  revoked.abort(new Error('another has the partition'))
  await expect(calledOff).rejects.toThrow('another has the partition')
  const ends = expect(closed).rejects.toMatchObject({ code: 'closed' })
  await store.writer.close()
  await ends
  const other = openElasticsearchWriter({
    address: { nodes: [address] },
    prefix: store.prefix,
    shards: 1,
    replicas: 0,
    retentionDays: 30,
  })
  await other.write(write)
  await other.close()
  expect(await store.stored()).toEqual({ count: 50, ids })
})

describe('with an Elasticsearch of its own', () => {
  let server: StackServer
  beforeAll(async () => {
    server = await startElasticsearch({ own: true, heapMb: 512 })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('indices that are red are waited for, which is said without what is in them: then all is stored, and a receipt was never taken to be missing', async () => {
    await using store = await openWriter(server.address)
    const first = { ...NOTHING, receipts: [receipt('first', { events: 1 })] }
    await store.writer.write({ events: events(['first-000000']), settle: () => first })
    await using red = await reddenIndices(server.address, `${store.prefix}*,heartwood-${store.prefix}batches`)
    const ids = idsOf('late', 50)
    const writing = store.writer.write({ events: events(ids), settle: () => NOTHING })
    await expect.poll(() => store.writer.stats().obstacle).toContain('primary shard is not active')
    expect(store.writer.stats().obstacle).not.toContain('message of')
    const known = store.writer.receipts(['first'])
    await expect.poll(() => store.writer.stats().obstacle).toContain('No shard available')
    await red.mend()
    await writing
    expect([...(await known).keys()]).toEqual(['first'])
    expect(await store.stored()).toEqual({ count: 51, ids: ['first-000000', ...ids] })
    expect(store.writer.stats()).toEqual({ pendingBytes: 0, obstacle: undefined })
  })

  test('killed while it stores and back again, it has everything once', async () => {
    await using store = await openWriter(server.address)
    const write = (writer: IdempotentWriter, name: string) =>
      writer.write({ events: events(idsOf(name, 400)), settle: () => NOTHING })
    await write(store.writer, 'before')
    const during = Array.from({ length: 5 }, (_, round) => write(store.writer, `during${round}`))
    await server.kill()
    await server.start()
    await Promise.all(during)
    const expected = ['before', ...during.map((_, round) => `during${round}`)].flatMap((name) =>
      idsOf(name, 400),
    )
    expect(await store.stored()).toEqual({ count: expected.length, ids: expected.sort() })
  })
})

/** Makes the index of the events beforehand, with a mapping that some of them do not fit. */
async function onlyNumbersInMessages(
  { writer, prefix }: { writer: IdempotentWriter; prefix: string },
  address: string,
): Promise<void> {
  await writer.write({ events: events([]), settle: () => NOTHING })
  const made = await fetch(`${address}/${eventIndex(prefix, RECENT, RECENT)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mappings: { properties: { message: { type: 'long' } } } }),
  })
  expect(made.status).toBe(200)
}

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AggregateOutput, DeleteOutput, SearchOutput } from '@heartwood/api'
import { freePort } from '@heartwood/db/embedded'
import { ColdManifest, segmentKey } from '@heartwood/log-store/cold'
import type { ObjectStore } from '@heartwood/object-store'
import { openS3Objects } from '@heartwood/object-store/s3'
import { expect, test } from 'vitest'
import { AppProcess } from '../../apps/indexer/test/app-process.ts'
import { startDatabase } from '../../apps/query/test/test-database.ts'
import { archivedEvents } from '../../packages/log-store/test/cold/archived-events.ts'
import { storedIds } from '../../packages/log-store/test/elasticsearch/stored-documents.ts'
import { s3Place, s3Settings, startS3 } from '../../scripts/stack/s3.ts'
import { sharedServer } from '../../scripts/stack/shared-server.ts'
import { askQuery } from '../cluster/ask-query.ts'
import { DAY_MILLIS, dayAgo } from '../cluster/days-ago.ts'
import { startCommand } from '../cluster/heartwood-command.ts'

const TOKEN = 'a token of the whole cluster'
/** Days of which there are events, counted back from today, and how many of each. */
const DAYS = [0, 1, 4, 5, 6]
const EVENTS = 60
const HOT_DAYS = 3
const PATIENCE = { timeout: 120_000, interval: 500 }
/** For as long as a reader may go on with a day that has moved, the hot store keeps it. */
const LEAVING = { timeout: 240_000, interval: 1_000 }

/** Kafka, Elasticsearch, PostgreSQL and an S3 server, and one of each app that has to do with logs. */
async function cluster() {
  const stack = new AsyncDisposableStack()
  const database = stack.use(await startDatabase())
  const s3 = stack.use(await startS3({ own: true }))
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-archive-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const name = `c${randomUUID().slice(0, 8)}-`
  const env = {
    KAFKA_BROKERS: await sharedServer('kafka'),
    ELASTICSEARCH_URL: await sharedServer('elasticsearch'),
    DATABASE_URL: database.url,
    HEARTWOOD_INTERNAL_TOKEN: TOKEN,
    HEARTWOOD_TOPIC_PREFIX: name,
    HEARTWOOD_INDEX_PREFIX: name,
    HEARTWOOD_INDEX_REPLICAS: '0',
    HEARTWOOD_KAFKA_PARTITIONS: '2',
    HEARTWOOD_KAFKA_REPLICATION: '1',
    HEARTWOOD_DATA_DIR: folder,
    HEARTWOOD_HOT_DAYS: String(HOT_DAYS),
    ...s3Settings(s3.address, 'logs/'),
    HEARTWOOD_ARCHIVE_SECONDS: '1',
  }
  const apps = ['ingest', 'indexer', 'archiver', 'query'] as const
  const [ingest, indexer, archiver, query] = await Promise.all(apps.map(() => freePort()))
  const ports = {
    HEARTWOOD_INGEST_PORT: String(ingest),
    HEARTWOOD_INDEXER_PORT: String(indexer),
    HEARTWOOD_ARCHIVER_PORT: String(archiver),
    HEARTWOOD_QUERY_PORT: String(query),
  }
  const start = async (app: (typeof apps)[number]) =>
    stack.use(await AppProcess.start(app, { ...env, ...ports }))
  const objects = openS3Objects(s3Place(s3.address, env.S3_PREFIX))
  stack.defer(() => objects.close())
  return {
    ...{ env, objects, start, prefix: name },
    [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose](),
  }
}

async function send(ingest: AppProcess, ago: number): Promise<void> {
  const lines = Array.from({ length: EVENTS }, (_, index) =>
    JSON.stringify({
      '@timestamp': new Date(Date.parse(dayAgo(ago)) + index * 1000).toISOString(),
      message: `line ${index} of ${ago} days ago`,
      service: `service-${index % 3}`,
      level: index % 4 === 0 ? 'error' : 'info',
    }),
  )
  const answer = await fetch(`${ingest.url}/ingest`, { method: 'POST', body: lines.join('\n') })
  expect(answer.status).toBe(200)
}

const ask = (query: AppProcess, path: string, init?: RequestInit) =>
  askQuery({ url: query.url, token: TOKEN }, path, init)

const RANGE = 'from_time=beginning&to_time=now'
const search = async (query: AppProcess, more = '') =>
  SearchOutput.parse(await ask(query, `search?${RANGE}&limit=1000&total=exact${more}`))

const command = (env: Readonly<Record<string, string>>, ...words: string[]) =>
  startCommand(env, ...words).ended

async function aSegmentOf(objects: ObjectStore, day: string): Promise<{ key: string; rows: number }> {
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  const segments = await manifest.segments(await manifest.refresh(), Date.parse(day) / DAY_MILLIS)
  const [segment] = segments
  if (segment === undefined) throw new Error(`nothing is archived of ${day}`)
  return { key: segmentKey(segment.file), rows: segment.rows }
}

/** What was fetched of the archive is forgotten. */
async function withEmptyCache(query: AppProcess): Promise<void> {
  expect(await query.stop()).toBe(0)
  await query.startAgain()
}

async function metricsOf(query: AppProcess): Promise<string> {
  return (await fetch(`${query.url}/metrics`)).text()
}

/** How many logs are found without what is missing, and what that is said to be. */
async function lacking(query: AppProcess) {
  const { logs, read } = await search(query)
  const [part] = read.missing ?? []
  const names = /segments\/\S+\.parquet/.exec(part?.reason ?? '')?.[0]
  return { logs: logs.length, events: part?.events, names }
}

test('days leave Elasticsearch for the archive, are answered from it, named where it is damaged, brought back, and deleted, each event once all along', async () => {
  await using place = await cluster()
  const { env, objects, prefix } = place
  const [ingest, , archiver, query] = [
    await place.start('ingest'),
    await place.start('indexer'),
    await place.start('archiver'),
    await place.start('query'),
  ]
  for (const ago of DAYS) await send(ingest, ago)
  const all = DAYS.length * EVENTS
  const old = DAYS.filter((ago) => ago > HOT_DAYS).length * EVENTS
  const hot = async () => (await storedIds(env.ELASTICSEARCH_URL, prefix)).count
  await expect.poll(hot, PATIENCE).toBe(all)
  await expect.poll(async () => (await archivedEvents(objects)).length, PATIENCE).toBe(all)
  const { logs, total } = await search(query)
  expect([total, new Set(logs.map(({ id }) => id)).size]).toEqual([all, all])

  // It looks for days that are due when it starts.
  expect(await archiver.stop()).toBe(0)
  await archiver.startAgain()
  const fromBoth = async () => {
    const { read, ...answer } = await search(query)
    return { ...answer, tiers: read.tiers?.map(({ tier }) => tier), missing: read.missing }
  }
  await expect.poll(async () => (await fromBoth()).tiers, PATIENCE).toContain('cold')
  const during = await fromBoth()
  expect([during.total, during.missing, during.logs]).toEqual([all, undefined, logs])
  await expect.poll(hot, LEAVING).toBe(all - old)
  const after = await fromBoth()
  expect([after.total, after.missing, after.logs]).toEqual([all, undefined, logs])
  const counted = AggregateOutput.parse(
    await ask(query, `aggregate?from_time=${dayAgo(8)}&to_time=now&interval=1d&by=level`),
  )
  expect(counted.buckets.filter(({ count }) => count > 0).map(({ count }) => count)).toEqual(
    DAYS.map(() => EVENTS),
  )
  expect(counted.top).toEqual([
    { value: 'info', count: (all * 3) / 4 },
    { value: 'error', count: all / 4 },
  ])

  // What the archive has lost, or holds wrongly, is named, by the command and by the answer, which has all the rest.
  const { key, rows } = await aSegmentOf(objects, dayAgo(5))
  const whole = await objects.get(key)
  await objects.put(
    key,
    whole.map((byte, at) => (at < 200 ? byte ^ 0xff : byte)),
  )
  expect(await command(env, 'cold', 'verify')).toMatchObject({
    code: 1,
    out: expect.stringContaining(`${key}: its bytes are not those that were written`),
  })
  await withEmptyCache(query)
  expect(await lacking(query)).toEqual({ logs: all - rows, events: rows, names: key })
  await objects.delete([key])
  expect(await command(env, 'cold', 'verify')).toMatchObject({
    code: 1,
    out: expect.stringContaining(`${key}: missing`),
  })
  await withEmptyCache(query)
  expect(await lacking(query)).toEqual({ logs: all - rows, events: rows, names: key })
  await objects.put(key, whole)
  expect(await command(env, 'cold', 'verify', '--quick')).toMatchObject({ code: 0 })

  // A damaged index costs no answer, and is counted.
  const index = key.replace(/parquet$/, 'idx')
  const wholeIndex = await objects.get(index)
  await objects.put(
    index,
    wholeIndex.map((byte) => byte ^ 1),
  )
  await withEmptyCache(query)
  const found = await search(query, '&query=line')
  expect([found.logs.length, found.read.missing]).toEqual([all, undefined])
  expect(await metricsOf(query)).toContain('heartwood_query_damaged_indexes_total 1')
  await objects.put(index, wholeIndex)
  await withEmptyCache(query)

  const restored = await command(env, 'restore', '--from', dayAgo(5), '--to', dayAgo(4))
  expect([restored.code, restored.err]).toEqual([0, expect.stringContaining('restored')])
  await expect.poll(hot, PATIENCE).toBe(all - old + 2 * EVENTS)
  const brought = await fromBoth()
  expect([brought.total, brought.logs]).toEqual([all, logs])
  expect(await command(env, 'restore', '--from', dayAgo(5))).toMatchObject({
    code: 0,
    err: expect.stringContaining('hot already'),
  })

  const request = { query: 'service:service-1', from_time: 'beginning', to_time: 'now' }
  const deleted = await ask(query, 'delete', { method: 'POST', body: JSON.stringify(request) })
  expect(DeleteOutput.parse(deleted)).toMatchObject({ matched: all / 3, deleted: all / 3 })
  await expect.poll(async () => (await fromBoth()).total, PATIENCE).toBe((all / 3) * 2)
  expect((await archivedEvents(objects)).map(({ service }) => service)).not.toContain('service-1')
}, 900_000)

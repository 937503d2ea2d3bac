import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { auditStoreFolder } from '@heartwood/audit'
import { freePort } from '@heartwood/db/embedded'
import { EventBatchBuilder, type LogEvent, NANOS_PER_DAY, NANOS_PER_MILLI } from '@heartwood/event'
import { openSegmentsReader, openSegmentsWriter } from '@heartwood/log-store'
import { ALL } from '@heartwood/query-lang'
import { expect, test, vi } from 'vitest'
import { AppProcess } from './app-process.ts'
import { asOwner, messagesUntil } from './asking-query.ts'
import { dataFolder, EVERYTHING, until } from './running-indexer.ts'

// Each start is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 300_000 })

const TOKEN = 'internal-token-of-the-tests'
const KILLED = fileURLToPath(new URL('./fixtures/recorded-then-killed.ts', import.meta.url))

async function indexerOn(dir: string, env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
  return AppProcess.start('indexer', {
    HEARTWOOD_DATA_DIR: dir,
    HEARTWOOD_INDEXER_PORT: String(await freePort()),
    HEARTWOOD_INTERNAL_TOKEN: TOKEN,
    HEARTWOOD_INDEXER_THREADS: '1',
    ...env,
  })
}

interface AuditStore extends AsyncDisposable {
  /** What it has, oldest first. */
  events(): Promise<readonly LogEvent[]>
}

async function auditStoreOf(dir: string): Promise<AuditStore> {
  const reader = await openSegmentsReader({ dir: auditStoreFolder(dir) })
  return {
    async events() {
      await reader.refresh()
      return (await reader.search({ query: ALL, range: EVERYTHING, limit: 1_000, order: 'oldest' })).events
    },
    [Symbol.asyncDispose]: () => reader.close(),
  }
}

const actionOf = ({ attributes }: LogEvent) => attributes['event.action']

test('what a process recorded before it was killed is found once, however often the indexer is killed too', async () => {
  await using folder = await dataFolder()
  const killed = spawn(process.execPath, [KILLED], { env: { HEARTWOOD_DATA_DIR: folder.dir } })
  await once(killed, 'exit')
  expect(killed.signalCode).toBe('SIGKILL')
  await using store = await auditStoreOf(folder.dir)
  await using indexer = await indexerOn(folder.dir)
  const deletes = async () => (await store.events()).filter((event) => actionOf(event) === 'delete')
  await until('the delete is found', async () => (await deletes()).length > 0)
  await indexer.kill()
  await indexer.startAgain()
  const ends = async () =>
    (await store.events())
      .filter((event) => actionOf(event) === 'start' && event.attributes['heartwood.app'] === 'indexer')
      .map(({ attributes }) => attributes['heartwood.previous_end'])
  // What was only shown goes when the next indexer opens the store, and comes again.
  await until('both starts are found', async () => (await ends()).length === 2)
  expect(await ends()).toEqual(['none', 'killed'])
  await until('the delete is found again', async () => (await deletes()).length > 0)
  const [found, ...more] = await deletes()
  expect(more).toEqual([])
  expect(found).toMatchObject({
    service: 'heartwood',
    level: 'info',
    message: 'delete asked for: service:checkout',
    trace_id: undefined,
    flags: 0,
    attributes: {
      'event.outcome': 'unknown',
      'user.name': 'owner',
      'heartwood.query': 'service:checkout level:error trace_id=5af7183fb1d4cf5f99',
    },
  })
})

test('audit events are in no store of the logs, and no delete of logs removes them', async () => {
  await using folder = await dataFolder()
  await folder.publish('batch', ['{"service":"heartwood","message":"a log"}'])
  await using store = await auditStoreOf(folder.dir)
  await using indexer = await indexerOn(folder.dir)
  await until('the start is audited', async () => (await store.events()).length > 0)
  await until('the log is found', async () => (await folder.found()).events.length > 0)
  expect((await folder.found()).events.map(({ message }) => message)).toEqual(['a log'])
  const before = await store.events()
  const response = await fetch(`${indexer.url}/internal/delete`, {
    method: 'POST',
    headers: { 'x-heartwood-internal': TOKEN, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '*', from: `${EVERYTHING.from}`, to: `${EVERYTHING.to}` }),
  })
  expect(await response.json()).toMatchObject({ deleted: 1 })
  expect((await folder.found()).events).toEqual([])
  expect(await store.events()).toEqual(before)
})

test('a tail shows audit events as they are recorded where it asks for them, and only then', async () => {
  await using folder = await dataFolder()
  await using indexer = await indexerOn(folder.dir)
  await using query = await AppProcess.start('query', {
    HEARTWOOD_DATA_DIR: folder.dir,
    HEARTWOOD_INDEXER_PORT: String(indexer.port),
    HEARTWOOD_QUERY_PORT: String(await freePort()),
    HEARTWOOD_INTERNAL_TOKEN: TOKEN,
  })
  const asking = asOwner(query.url, TOKEN)
  await using logs = await asking.tail('dataset=logs')
  await using audit = await asking.tail('dataset=audit')
  await using searches = await asking.tail('dataset=audit&query=event.action:search%20needle')
  for (const word of ['hay', 'needle', 'the last']) {
    await folder.publish(word, [JSON.stringify({ message: `a log about ${word}` })])
    await asking.search(word)
  }
  expect(await messagesUntil(logs, 'a log about the last')).toEqual([
    'a log about hay',
    'a log about needle',
    'a log about the last',
  ])
  const seen = await messagesUntil(audit, 'search: the last')
  expect(seen).toEqual(expect.arrayContaining(['search: hay', 'search: needle', 'search: the last']))
  expect(seen.filter((message) => message.startsWith('a log'))).toEqual([])
  // Each once: what was searched for again is said by a count.
  expect(new Set(seen).size).toBe(seen.length)
  expect(await messagesUntil(searches, 'search: needle')).toEqual(['search: needle'])
})

test('audit events stay for a retention of their own, whatever that of the logs is', async () => {
  await using folder = await dataFolder()
  for (const dir of [join(folder.dir, 'store'), auditStoreFolder(folder.dir)]) await storeOldEvent(dir)
  await using store = await auditStoreOf(folder.dir)
  await using logs = await folder.reader()
  const old = async () => (await store.events()).filter(({ message }) => message === OLD)
  {
    await using _ = await indexerOn(folder.dir, { HEARTWOOD_RETENTION_DAYS: '5' })
    await until('the log is gone', async () => {
      await logs.refresh()
      return (await logs.stats()).events === 0
    })
    await until('the start is audited', async () => (await store.events()).length > 1)
    expect(await old()).toHaveLength(1)
  }
  await using _ = await indexerOn(folder.dir, { HEARTWOOD_AUDIT_RETENTION_DAYS: '5' })
  await until('the audit event is gone', async () => (await old()).length === 0)
})

const OLD = 'ten days old'

/** Where no outbox and no queue has its partition. */
async function storeOldEvent(dir: string): Promise<void> {
  const writer = await openSegmentsWriter({ dir, retentionDays: 365, maxBytes: 1e9 })
  const events = new EventBatchBuilder()
  const time = BigInt(Date.now()) * NANOS_PER_MILLI - 10n * NANOS_PER_DAY
  events.add({ id: 'old-000000', timestamp: time, observed_at: time, message: OLD })
  await writer.append({
    partition: 99,
    from: null,
    to: 1n,
    events: events.finish(),
    deadLetters: [],
    batches: [],
  })
  await writer.close()
}

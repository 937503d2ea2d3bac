import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acceptMessage } from '@heartwood/doors'
import { kafkaAddress, kafkaTopics, openKafkaGroupConsumer } from '@heartwood/queue/kafka'
import { readSettings } from '@heartwood/settings'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FlakyProxy } from '../../../e2e/cluster/flaky-proxy.ts'
import { type ProxiedKafka, startProxiedKafka } from '../../../e2e/cluster/proxied-kafka.ts'
import { migrate } from '../../../packages/db/src/migrate.ts'
import { startTestServer, type TestServer } from '../../../packages/db/test/test-database.ts'
import { type IngestProcess, ingestProcess } from './ingest-process.ts'

const SPOOL_MB = 16

let proxied: ProxiedKafka
let proxy: FlakyProxy
let database: TestServer
let databaseUrl: string

beforeAll(async () => {
  database = await startTestServer()
  databaseUrl = await database.emptyDatabase()
  await migrate(databaseUrl)
  proxied = await startProxiedKafka({ heapMb: 320 })
  proxy = proxied.proxy
})
afterAll(async () => {
  await proxied[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** Settings of a cluster with topics of its own. Ingest asks nothing of Elasticsearch. */
function clusterEnv(name: string): Record<string, string> {
  return {
    KAFKA_BROKERS: proxy.address,
    ELASTICSEARCH_URL: 'http://127.0.0.1:9',
    DATABASE_URL: databaseUrl,
    HEARTWOOD_INSTANCE: name,
    HEARTWOOD_TOPIC_PREFIX: `${name}-`,
    HEARTWOOD_KAFKA_PARTITIONS: '3',
    HEARTWOOD_KAFKA_REPLICATION: '1',
    HEARTWOOD_SPOOL_MB: String(SPOOL_MB),
    HEARTWOOD_LOG_LEVEL: 'error',
  }
}

async function temporary() {
  const dir = await mkdtemp(join(tmpdir(), 'heartwood-ingest-'))
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) }
}

function post({ url }: IngestProcess, key: string, body: string): Promise<Response> {
  return fetch(`${url}/ingest`, { method: 'POST', body, headers: { 'idempotency-key': key } })
}

/** A new group on the topic, and the batch ids it has got, each where it came first. */
async function readTopic(env: Record<string, string>) {
  const read = readSettings({ ...env, HEARTWOOD_INTERNAL_TOKEN: 'internal-token-of-the-test' })
  if (!read.ok) throw new Error(read.errors.join(' '))
  const consumer = await openKafkaGroupConsumer({
    address: kafkaAddress(read.settings, 'test'),
    plan: kafkaTopics(read.settings).raw,
    group: 'test',
    accept: (message) => acceptMessage(message, Date.now()),
  })
  const found = new Set<string>()
  void consumer.run({
    onAssigned: async () => {},
    onRevoked: async () => {},
    handle: async (_partition, items) => {
      for (const item of items) found.add(item.kind === 'record' ? item.header.batch_id : item.reason)
    },
  })
  return { found, [Symbol.asyncDispose]: () => consumer.close() }
}

const warningsOf = async ({ url }: IngestProcess): Promise<string> =>
  JSON.stringify(await (await fetch(`${url}/readyz`)).json())

async function metricsOf({ url }: IngestProcess): Promise<string> {
  const headers = { 'x-heartwood-internal': 'internal-token-of-the-test' }
  return (await fetch(`${url}/metrics`, { headers })).text()
}

test('killed while Kafka is away, ingest has what it acknowledged, and sends it on in order once Kafka is back', async () => {
  await using folder = await temporary()
  const env = clusterEnv('killed')
  const acknowledged = new Map<string, string[]>()
  const send = async (ingest: IngestProcess, sender: string, batches: number): Promise<void> => {
    const ids = acknowledged.get(sender) ?? []
    acknowledged.set(sender, ids)
    for (let i = 0; i < batches; i++) {
      const id = `${sender}-${ids.length}`
      const answer = await post(ingest, id, `line of ${id}`)
      expect(answer.status).toBe(200)
      ids.push(id)
    }
  }
  const senders = ['s1', 's2', 's3', 's4']
  {
    await using ingest = await ingestProcess(folder.dir, env)
    await Promise.all(senders.map((sender) => send(ingest, sender, 5)))
    proxy.cut()
    await Promise.all(senders.map((sender) => send(ingest, sender, 10)))
    await expect.poll(() => warningsOf(ingest)).toContain('of the spool is used')
    const metrics = await metricsOf(ingest)
    expect(metrics).toMatch(/^heartwood_ingest_spool_bytes [1-9]/m)
    expect(metrics).toMatch(/^heartwood_ingest_kafka_away 1$/m)
    expect(metrics).toMatch(/^heartwood_ingest_produce_failures_total [1-9]/m)
    ingest.child.kill('SIGKILL')
    expect(await ingest.ended()).toBe('SIGKILL')
  }
  {
    // It starts without Kafka too, and is ready: the spool has room.
    await using ingest = await ingestProcess(folder.dir, env)
    await Promise.all(senders.map((sender) => send(ingest, sender, 5)))
    proxy.mend()
    await Promise.all(senders.map((sender) => send(ingest, sender, 5)))
    await using topic = await readTopic(env)
    await expect.poll(() => topic.found.size).toBe(4 * 25)
    for (const [sender, ids] of acknowledged)
      expect([...topic.found].filter((id) => id.startsWith(`${sender}-`))).toEqual(ids)
    await expect.poll(() => warningsOf(ingest)).not.toContain('kafka')
    expect(await metricsOf(ingest)).toMatch(/^heartwood_ingest_spool_bytes 0$/m)
    ingest.child.kill('SIGTERM')
    expect(await ingest.ended()).toBe(0)
  }
})

test('with Kafka away and the spool full the answer is 503 with Retry-After, until Kafka is back', async () => {
  await using folder = await temporary()
  const env = clusterEnv('full')
  await using ingest = await ingestProcess(folder.dir, env)
  expect((await post(ingest, 'first', 'hello')).status).toBe(200)
  proxy.cut()
  const accepted = ['first']
  const body = 'x'.repeat(500_000)
  let refusal: Response | undefined
  for (let i = 0; refusal === undefined; i++) {
    const answer = await post(ingest, `body-${i}`, body)
    if (answer.status === 200) accepted.push(`body-${i}`)
    else refusal = answer
    expect(i).toBeLessThan((2 * SPOOL_MB * 1024 * 1024) / body.length)
  }
  expect(refusal.status).toBe(503)
  expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refusal.json()).toMatchObject({ error: { code: 'unavailable' } })
  await expect.poll(async () => (await fetch(`${ingest.url}/readyz`)).status).toBe(503)
  expect(await warningsOf(ingest)).toContain('the spool is full')
  proxy.mend()
  await expect.poll(async () => (await post(ingest, 'after', 'hello again')).status).toBe(200)
  await using topic = await readTopic(env)
  await expect.poll(() => [...topic.found].sort()).toEqual([...accepted, 'after'].sort())
  await expect.poll(async () => (await fetch(`${ingest.url}/readyz`)).status).toBe(200)
})

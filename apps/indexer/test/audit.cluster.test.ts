import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditPrefix, processTrail } from '@heartwood/audit'
import { deliverToKafka } from '@heartwood/audit/kafka'
import { freePort } from '@heartwood/db/embedded'
import { elasticsearchAddress, openElasticsearchReader } from '@heartwood/log-store/elasticsearch'
import { ALL } from '@heartwood/query-lang'
import { kafkaAddress, kafkaClient, kafkaTopics } from '@heartwood/queue/kafka'
import { readSettings, type Settings } from '@heartwood/settings'
import { expect, test } from 'vitest'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { startDatabase } from '../../query/test/test-database.ts'
import { AppProcess } from './app-process.ts'
import { asOwner, messagesUntil } from './asking-query.ts'
import { EVERYTHING } from './running-indexer.ts'

const PATIENCE = { interval: 250 }

test('in a cluster audit events are in the topic, each a JSON message, and once in indices of their own', async () => {
  await using database = await startDatabase()
  await using folder = await temporaryFolder()
  const name = `a${randomUUID().slice(0, 8)}-`
  const env = await clusterOf(name, database.url, folder.path)
  const settings = settingsOf(env)

  // A process that ends before anything else of the cluster runs.
  const trail = await processTrail({
    app: 'query',
    instance: 'query-1',
    settings,
    dataDir: folder.path,
    saysConfiguration: false,
  })
  await trail.record({ action: 'delete', outcome: 'success', message: 'delete: service:cart' })
  await trail.close()

  await using indexer = await AppProcess.start('indexer', {
    ...env,
    HEARTWOOD_INDEXER_PORT: String(await freePort()),
  })
  // Its next start sends what waited, and sends all again: how far it had got was lost.
  for (let start = 0; start < 2; start++) {
    const delivery = await deliverToKafka({
      app: 'query',
      settings,
      outbox: trail.outbox,
      onTrouble: () => undefined,
      onDamage: (reason) => expect.fail(reason),
    })
    const sent = `${trail.outbox}.sent.json`
    await expect.poll(() => existsSync(sent), PATIENCE).toBe(true)
    await delivery.close()
    await rm(sent)
  }
  await untilInTopic(settings, 'delete: service:cart')

  const reader = openElasticsearchReader({
    address: elasticsearchAddress(settings),
    prefix: auditPrefix(name),
  })
  const logs = openElasticsearchReader({ address: elasticsearchAddress(settings), prefix: name })
  const found = async () => {
    await reader.refresh()
    const { events } = await reader.search({ query: ALL, range: EVERYTHING, limit: 100, order: 'oldest' })
    return events.map(({ message }) => message)
  }
  await expect
    .poll(found, PATIENCE)
    .toEqual(expect.arrayContaining(['query-1 started', 'delete: service:cart']))
  await expect
    .poll(found, PATIENCE)
    .toEqual(expect.arrayContaining([expect.stringMatching(/^indexer-\d+ started$/)]))
  expect(await indexer.stop()).toBe(0)
  const messages = await found()
  expect(messages.filter((message) => message === 'delete: service:cart')).toHaveLength(1)
  await logs.refresh()
  expect(await logs.count({ query: ALL, range: EVERYTHING })).toBe(0)
  await reader.close()
  await logs.close()
})

test('in a cluster a tail shows audit events of the topic where it asks for them, and only then', async () => {
  await using database = await startDatabase()
  await using folder = await temporaryFolder()
  const env = await clusterOf(`a${randomUUID().slice(0, 8)}-`, database.url, folder.path)
  const settings = settingsOf(env)
  await using _indexer = await AppProcess.start('indexer', {
    ...env,
    HEARTWOOD_INDEXER_PORT: String(await freePort()),
  })
  await using query = await AppProcess.start('query', {
    ...env,
    HEARTWOOD_QUERY_PORT: String(await freePort()),
  })
  const asking = asOwner(query.url, env.HEARTWOOD_INTERNAL_TOKEN)
  await using logs = await asking.tail('dataset=logs')
  await using audit = await asking.tail('dataset=audit')
  await using searches = await asking.tail('dataset=audit&query=event.action:search%20needle')
  for (const word of ['hay', 'needle', 'the last']) {
    await putInto(settings, { message: `a log about ${word}` })
    await asking.search(word)
  }
  const shown = await messagesUntil(logs, 'a log about the last')
  expect(shown.filter((message) => !message.startsWith('a log about'))).toEqual([])
  const seen = await messagesUntil(audit, 'search: the last')
  expect(seen.filter((message) => message.startsWith('a log about'))).toEqual([])
  expect(seen.filter((message) => message === 'search: the last')).toHaveLength(1)
  expect(await messagesUntil(searches, 'search: needle')).toEqual(['search: needle'])
})

async function clusterOf(prefix: string, databaseUrl: string, dataDir: string) {
  return {
    KAFKA_BROKERS: await sharedServer('kafka'),
    ELASTICSEARCH_URL: await sharedServer('elasticsearch'),
    DATABASE_URL: databaseUrl,
    HEARTWOOD_DATA_DIR: dataDir,
    HEARTWOOD_INTERNAL_TOKEN: 'a token of the whole cluster',
    HEARTWOOD_TOPIC_PREFIX: prefix,
    HEARTWOOD_INDEX_PREFIX: prefix,
    HEARTWOOD_INDEX_REPLICAS: '0',
    HEARTWOOD_KAFKA_PARTITIONS: '2',
    HEARTWOOD_KAFKA_REPLICATION: '1',
  }
}

/** As another program sends a log: a JSON message in the topic of logs. */
async function putInto(settings: Settings, log: Readonly<Record<string, string>>): Promise<void> {
  const producer = kafkaClient(kafkaAddress(settings, 'test')).producer()
  await producer.connect()
  await producer.send({
    topic: kafkaTopics(settings).raw.topic,
    messages: [{ value: JSON.stringify(log) }],
  })
  await producer.disconnect()
}

function settingsOf(env: Readonly<Record<string, string>>): Settings {
  const read = readSettings(env)
  if (!read.ok) throw new Error(read.errors.join(' '))
  return read.settings
}

async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'heartwood-audit-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** As other programs read it: the `message` of a JSON message in the topic of audit events. */
async function untilInTopic(settings: Settings, text: string): Promise<void> {
  const kafka = kafkaClient(kafkaAddress(settings, 'test'))
  const consumer = kafka.consumer({ groupId: `test-${randomUUID()}` })
  const messages: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic: kafkaTopics(settings).audit.topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      messages.push(String(JSON.parse(message.value?.toString() ?? '{}').message))
    },
  })
  await expect.poll(() => messages, PATIENCE).toContain(text)
  await consumer.disconnect()
}

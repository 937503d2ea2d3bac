import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@heartwood/db/embedded'
import { directPublisher, kafkaAddress, kafkaTopics, OrderedProducer } from '@heartwood/queue/kafka'
import { readSettings } from '@heartwood/settings'
import { expect, test } from 'vitest'
import { storedIds } from '../../../packages/log-store/test/elasticsearch/stored-documents.ts'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { startDatabase } from '../../query/test/test-database.ts'
import { AppProcess } from './app-process.ts'
import { jsonHeader } from './running-indexer.ts'

const TOKEN = 'a token of the whole cluster'
const SENDERS = 4
const BATCHES = 25
const EVENTS = 40

test('what was acknowledged is in Elasticsearch once while one of two indexers is killed and another stopped in order', async () => {
  await using database = await startDatabase()
  const name = `k${randomUUID().slice(0, 8)}-`
  const env = {
    KAFKA_BROKERS: await sharedServer('kafka'),
    ELASTICSEARCH_URL: await sharedServer('elasticsearch'),
    DATABASE_URL: database.url,
    HEARTWOOD_INTERNAL_TOKEN: TOKEN,
    HEARTWOOD_TOPIC_PREFIX: name,
    HEARTWOOD_INDEX_PREFIX: name,
    HEARTWOOD_INDEX_REPLICAS: '0',
    HEARTWOOD_KAFKA_PARTITIONS: '6',
    HEARTWOOD_KAFKA_REPLICATION: '1',
  }
  const start = async () =>
    AppProcess.start('indexer', { ...env, HEARTWOOD_INDEXER_PORT: String(await freePort()) })
  await using one = await start()
  await using two = await start()
  await using senders = openSenders(env)
  const stored = () => storedIds(env.ELASTICSEARCH_URL, name)

  const acknowledged: string[] = []
  const sending = Promise.all(
    Array.from({ length: SENDERS }, async (_, sender) => {
      for (let batch = 0; batch < BATCHES; batch++) {
        const id = `s${sender}b${batch}`
        await senders.publish(`sender ${sender}`, id)
        acknowledged.push(...idsOf(id))
        await pause(20)
      }
    }),
  )
  await expect.poll(async () => (await stored()).count, { interval: 200 }).toBeGreaterThan(200)
  await one.kill()
  await sending
  await one.startAgain()
  expect(await two.stop()).toBe(0)
  await senders.publish('late', 'late')
  acknowledged.push(...idsOf('late'))

  await expect.poll(async () => (await stored()).count, { interval: 500 }).toBe(acknowledged.length)
  expect((await stored()).ids).toEqual(acknowledged.sort())
  // A receipt is written after the events of its batch.
  const receipts = async () => (await storedIds(env.ELASTICSEARCH_URL, `heartwood-${name}batches`)).count
  await expect.poll(receipts, { interval: 500 }).toBe(SENDERS * BATCHES + 1)
  const letters = await storedIds(env.ELASTICSEARCH_URL, `heartwood-${name}dead-letters`)
  expect(letters.count).toBe(0)
})

const idsOf = (batchId: string) =>
  Array.from({ length: EVENTS }, (_, index) => `${batchId}-${String(index).padStart(6, '0')}`)

/** Publishes as ingest does, to the topic that the indexers of these settings read. */
function openSenders(env: Readonly<Record<string, string>>) {
  const read = readSettings(env)
  if (!read.ok) throw new Error(read.errors.join(' '))
  const address = kafkaAddress(read.settings, 'test')
  const producer = new OrderedProducer(address, kafkaTopics(read.settings).raw)
  const publisher = directPublisher(producer, { patienceMillis: 20_000 })
  return {
    async publish(key: string, batchId: string) {
      const lines = Array.from({ length: EVENTS }, (_, index) =>
        JSON.stringify({
          message: `line ${index} of ${batchId}`,
          level: index % 10 === 0 ? 'error' : 'info',
        }),
      )
      const body = Buffer.from(lines.join('\n'))
      const header = jsonHeader(batchId, EVENTS, body.length)
      const received = { ...header, received_at: String(BigInt(Date.now()) * 1_000_000n) }
      await publisher.publish(key, received, body)
    },
    [Symbol.asyncDispose]: () => publisher.close(),
  }
}

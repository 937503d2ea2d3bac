import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '@heartwood/db/embedded'
import { ColdManifest, totalsOf } from '@heartwood/log-store/cold'
import type { ObjectStore } from '@heartwood/object-store'
import { openS3Objects } from '@heartwood/object-store/s3'
import { directPublisher, kafkaAddress, kafkaTopics, OrderedProducer } from '@heartwood/queue/kafka'
import { INTERNAL_HEADER } from '@heartwood/runtime'
import { readSettings } from '@heartwood/settings'
import { expect, test } from 'vitest'
import { archivedEvents } from '../../../packages/log-store/test/cold/archived-events.ts'
import { s3Place, s3Settings, startS3 } from '../../../scripts/stack/s3.ts'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { AppProcess } from '../../indexer/test/app-process.ts'
import { jsonHeader } from '../../indexer/test/running-indexer.ts'
import { startDatabase } from '../../query/test/test-database.ts'

const TOKEN = 'a token of the whole cluster'
const EVENTS = 30
/** Longer than the group waits for a member that does not say a word, and than a lease holds. */
const STANDSTILL_MILLIS = 36_000

/** Kafka, PostgreSQL, an S3 server of its own, two archivers, and somebody who sends all the time. */
async function cluster() {
  const stack = new AsyncDisposableStack()
  const database = stack.use(await startDatabase())
  const s3 = stack.use(await startS3({ own: true }))
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-archivers-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const env = {
    KAFKA_BROKERS: await sharedServer('kafka'),
    // Makes it a cluster; an archiver never asks it.
    ELASTICSEARCH_URL: 'http://127.0.0.1:9',
    DATABASE_URL: database.url,
    HEARTWOOD_INTERNAL_TOKEN: TOKEN,
    HEARTWOOD_TOPIC_PREFIX: `a${randomUUID().slice(0, 8)}-`,
    HEARTWOOD_KAFKA_PARTITIONS: '6',
    HEARTWOOD_KAFKA_REPLICATION: '1',
    HEARTWOOD_DATA_DIR: folder,
    ...s3Settings(s3.address, 'logs/'),
    HEARTWOOD_ARCHIVE_SECONDS: '1',
  }
  const start = async () =>
    stack.use(
      await AppProcess.start('archiver', { ...env, HEARTWOOD_ARCHIVER_PORT: String(await freePort()) }),
    )
  const objects = openS3Objects(s3Place(s3.address, env.S3_PREFIX))
  stack.defer(() => objects.close())
  return { s3, objects, start, sender: stack.use(openSender(env)), stack }
}

/** Publishes as ingest does, batch after batch, until it is told to end. */
function openSender(env: Readonly<Record<string, string>>) {
  const read = readSettings(env)
  if (!read.ok) throw new Error(read.errors.join(' '))
  const producer = new OrderedProducer(kafkaAddress(read.settings, 'test'), kafkaTopics(read.settings).raw)
  const publisher = directPublisher(producer, { patienceMillis: 20_000 })
  const acknowledged: string[] = []
  const ending = new AbortController()
  const sending = (async () => {
    for (let batch = 0; !ending.signal.aborted; batch++) {
      const batchId = `b${batch}`
      const lines = Array.from({ length: EVENTS }, (_, index) =>
        JSON.stringify({ message: `line ${index} of ${batchId}`, [`key_${batch % 40}`]: index }),
      )
      const body = Buffer.from(lines.join('\n'))
      const header = {
        ...jsonHeader(batchId, EVENTS, body.length),
        received_at: String(BigInt(Date.now()) * 1_000_000n),
      }
      await publisher.publish(`sender ${batch % 9}`, header, body)
      acknowledged.push(...lines.map((_, index) => `${batchId}-${String(index).padStart(6, '0')}`))
      await pause(15)
    }
  })()
  return {
    acknowledged,
    async end() {
      ending.abort()
      await sending
      return acknowledged.toSorted()
    },
    async [Symbol.asyncDispose]() {
      ending.abort()
      await sending.catch(() => undefined)
      await publisher.close()
    },
  }
}

const idsOf = async (objects: ObjectStore) => (await archivedEvents(objects)).map(({ id }) => id)

/** Waits until so many events count. */
async function until(objects: ObjectStore, events: number): Promise<void> {
  const manifest = new ColdManifest({ objects, clock: () => performance.now() })
  const counted = async () => {
    const { days } = await manifest.refresh()
    return [...days.values()].reduce((sum, day) => sum + totalsOf(day).events, 0)
  }
  await expect.poll(counted, { interval: 300 }).toBeGreaterThanOrEqual(events)
}

test('whatever dies or stands still, archiver or S3 server, every acknowledged event is in the archive once', async () => {
  const { s3, objects, start, sender, stack } = await cluster()
  await using _stack = stack
  const [one, two] = [await start(), await start()]
  await until(objects, 500)

  // At moments that differ from round to round: while it gathers, uploads, commits.
  for (let round = 0; round < 2; round++) {
    await pause(300 + round * 430)
    await one.kill()
    await one.startAgain()
  }
  for (let round = 0; round < 2; round++) {
    await pause(400 + round * 310)
    await s3.kill()
    await pause(1_500)
    await s3.start()
  }
  await until(objects, sender.acknowledged.length)

  // It is taken for dead, the other takes over what it had, and then it goes on where it was.
  two.child.kill('SIGSTOP')
  await pause(STANDSTILL_MILLIS)
  two.child.kill('SIGCONT')
  await pause(3_000)
  expect(await one.stop()).toBe(0)

  const acknowledged = await sender.end()
  await until(objects, acknowledged.length)
  expect(await idsOf(objects)).toEqual(acknowledged)

  // Indexes 5 of each batch, and no other.
  const all = { from: '0', to: String(BigInt(Date.now() + 60_000) * 1_000_000n) }
  const answer = await fetch(`${two.url}/internal/delete`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [INTERNAL_HEADER]: TOKEN },
    body: JSON.stringify({ query: 'message:"line 5 of"', ...all }),
  })
  expect(await answer.json()).toEqual({ deleted: acknowledged.length / EVENTS })
  expect(await idsOf(objects)).toEqual(acknowledged.filter((id) => !id.endsWith('-000005')))
})

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RecordHeader } from '@heartwood/event'
import { ArchiveWriter, ColdCommitter, ColdManifest } from '@heartwood/log-store/cold'
import { memoryObjects, type ObjectStore } from '@heartwood/object-store'
import { MemoryGroup, MemoryQueue } from '@heartwood/queue'
import { pino } from 'pino'
import { expect, test, vi } from 'vitest'
import { archivedEvents } from '../../../packages/log-store/test/cold/archived-events.ts'
import { type Fault, FaultyObjects } from '../../../packages/log-store/test/cold/faulty-objects.ts'
import { type Archiver, startArchiver } from '../src/archiving/archiver.ts'

const NOW = BigInt(Date.now()) * 1_000_000n

/** A queue, an archive, and archivers that come and go. */
async function place(partitions = 3) {
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-archiver-'))
  const objects = memoryObjects()
  const running: Archiver[] = []
  let queue = new MemoryQueue({ partitions })
  let group = new MemoryGroup(queue.consumer())
  return {
    objects,
    async publish(batchId: string, events: number, more: Partial<RecordHeader> = {}) {
      const lines = Array.from({ length: events }, (_, index) =>
        JSON.stringify({ message: `${batchId} ${index}` }),
      )
      const body = Buffer.from(lines.join('\n'))
      const header: RecordHeader = {
        ...{ version: 1, door: 'json', framing: 'ndjson', encoding: 'identity' },
        ...{ received_at: String(NOW), batch_id: batchId, client_batch: true, defaults: {} },
        ...{ records: events, refused: [], bytes: body.length },
        ...more,
      }
      await queue.publisher().publish(batchId.slice(0, 1), header, body)
    },
    /** The topic is deleted and made anew: positions begin again, and nobody has committed any. */
    makeTopicAnew() {
      queue = new MemoryQueue({ partitions })
      group = new MemoryGroup(queue.consumer())
    },
    async start(store: ObjectStore = objects, afterMillis = 20) {
      const clock = () => performance.now()
      const manifest = new ColdManifest({ objects: store, clock })
      const committer = new ColdCommitter({
        ...{ objects: store, manifest, newName: randomUUID },
        now: () => BigInt(Date.now()) * 1_000_000n,
      })
      const writer = await ArchiveWriter.open({
        ...{ objects: store, manifest, committer, clock, newName: randomUUID },
        fenced: (task) => task(1n),
        waitingBytes: 1 << 20,
        dir: join(folder, randomUUID()),
      })
      const notReady = new Map<string, string>()
      const archiver = startArchiver({
        openConsumer: async () => group.member({ group: 'archiver', retryMillis: 5 }),
        ...{ writer, afterMillis, notReady },
        segmentBytes: 1 << 20,
        log: pino({ level: 'silent' }),
        now: () => NOW,
        graceMillis: 2_000,
        tickMillis: 5,
      })
      running.push(archiver)
      return { archiver, notReady }
    },
    /** Waits until so many events are archived, and gives how often each is. */
    async archived(events: number) {
      const found = await vi.waitUntil(
        async () => {
          const ids = (await archivedEvents(objects)).map(({ id }) => id)
          return ids.length >= events ? ids : undefined
        },
        { timeout: 20_000, interval: 20 },
      )
      return found
    },
    async [Symbol.asyncDispose]() {
      for (const archiver of running) await archiver.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const idsOf = (batchId: string, events: number) =>
  Array.from({ length: events }, (_, index) => `${batchId}-${String(index).padStart(6, '0')}`)

test('every event of the queue is archived once, under the id that the indexer gives it; a batch that is sent again is not', async () => {
  await using under = await place()
  await under.start()
  for (const batch of ['a1', 'b1', 'c1']) await under.publish(batch, 3)
  expect(await under.archived(9)).toEqual(['a1', 'b1', 'c1'].flatMap((batch) => idsOf(batch, 3)))
  await under.publish('a1', 3)
  await under.publish('a2', 2)
  expect(await under.archived(11)).toEqual(
    ['a1', 'a2', 'b1', 'c1'].flatMap((batch) => idsOf(batch, batch === 'a2' ? 2 : 3)),
  )
})

test('archivers that come and go beside each other archive every event once', async () => {
  await using under = await place(6)
  const first = await under.start()
  const batches = Array.from({ length: 40 }, (_, index) => `${'abcdefgh'[index % 8]}${index}`)
  for (const batch of batches.slice(0, 20)) await under.publish(batch, 2)
  await under.start()
  for (const batch of batches.slice(20, 30)) await under.publish(batch, 2)
  await first.archiver.stop()
  await under.start()
  for (const batch of batches.slice(30)) await under.publish(batch, 2)
  expect(await under.archived(80)).toEqual(batches.flatMap((batch) => idsOf(batch, 2)).sort())
})

test('what was gathered when an archiver stops is archived before it leaves', async () => {
  await using under = await place()
  const { archiver } = await under.start(under.objects, 3_600_000)
  await under.publish('a1', 5)
  await vi.waitUntil(async () => [...(await archiver.lag()).values()].some((lag) => lag > 0n))
  await vi.waitFor(() => expect(archiver.partitions.size).toBe(3))
  await archiver.stop()
  await under.start()
  expect(await under.archived(5)).toEqual(idsOf('a1', 5))
})

test('an archive that fails now and then, and says so, gets every event once when it is well again', async () => {
  await using under = await place()
  const faults: Fault[] = []
  const { archiver, notReady } = await under.start(
    new FaultyObjects(under.objects, faults, async () => undefined),
  )
  await vi.waitUntil(() => archiver.partitions.size === 3)
  const batches = Array.from({ length: 12 }, (_, round) => `a${round}`)
  for (const [round, batch] of batches.entries()) {
    // The next attempts fail at one operation after the other.
    faults.push(...Array.from({ length: round }, () => 'none' as const))
    faults.push(round % 2 === 0 ? 'done-unanswered' : 'not-done')
    await under.publish(batch, 2)
    await under.archived((round + 1) * 2)
  }
  expect(await under.archived(24)).toEqual(batches.flatMap((batch) => idsOf(batch, 2)).sort())
  await vi.waitUntil(() => notReady.size === 0)
})

test('a topic that is made anew, whose positions begin again, is archived from its start', async () => {
  await using under = await place(1)
  const before = await under.start()
  for (let batch = 0; batch < 5; batch++) await under.publish(`a${batch}`, 2)
  await under.archived(10)
  await before.archiver.stop()
  under.makeTopicAnew()
  await under.start()
  // One that was archived before comes again, under another position.
  for (const batch of ['a4', 'b0', 'b1']) await under.publish(batch, 2)
  expect(await under.archived(14)).toEqual(
    ['a0', 'a1', 'a2', 'a3', 'a4', 'b0', 'b1'].flatMap((batch) => idsOf(batch, 2)),
  )
})

import { readdir, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { batchOf, drain, recordHeader, take } from '../src/contract.ts'
import { openDiskConsumer, openDiskPublisher, type QueueItem } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A queue of one partition; every record fills a file of its own. */
async function fileForEach(ids: readonly string[]) {
  const directory = await temporaryDirectory()
  const dir = join(directory.path, 'queue')
  const open = () => openDiskPublisher({ dir, partitions: 1, rollBytes: 1, reserveBytes: 0 })
  const publisher = await open()
  const positions: bigint[] = []
  for (const id of ids)
    positions.push((await publisher.publish('k', recordHeader(id), Buffer.from('sent'))).position)
  await publisher.close()
  const files = (await readdir(join(dir, '0'))).sort().map((name) => join(dir, '0', name))
  return {
    dir,
    open,
    file: (index: number) => files[index] ?? '',
    position: (index: number) => positions[index] ?? 0n,
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
}

const brief = (items: readonly QueueItem[]) =>
  items.map((item) => (item.kind === 'record' ? batchOf(item) : item.kind))

test('a file that is missing between others is one lost item with its name, and what follows comes', async () => {
  await using queue = await fileForEach(['a', 'b', 'c', 'd'])
  await rm(queue.file(1))
  const consumer = await openDiskConsumer({ dir: queue.dir })
  const items = await drain(consumer)
  expect(brief(items)).toEqual(['a', 'lost', 'c', 'd'])
  expect(items[1]).toEqual({
    kind: 'lost',
    position: queue.position(1),
    reason: `the queue file ${basename(queue.file(1))} is missing`,
  })
  expect(brief(await take(consumer, 0, queue.position(1), 2))).toEqual(['c', 'd'])
})

test('files that are missing one after the other are one lost item with their range', async () => {
  await using queue = await fileForEach(['a', 'b', 'c', 'd'])
  await rm(queue.file(1))
  await rm(queue.file(2))
  const items = await drain(await openDiskConsumer({ dir: queue.dir }))
  expect(brief(items)).toEqual(['a', 'lost', 'd'])
  expect(items[1]).toMatchObject({
    position: queue.position(2),
    reason: `the queue files from ${basename(queue.file(1))} to ${basename(queue.file(2))} are missing`,
  })
})

test('where the file of the committed position is missing and older ones are not, reading goes on behind it', async () => {
  await using queue = await fileForEach(['a', 'b', 'c', 'd'])
  await rm(queue.file(1))
  const consumer = await openDiskConsumer({ dir: queue.dir })
  // Half of b was committed: the rest of it is lost.
  const items = await take(consumer, 0, queue.position(1) - 1n, 3)
  expect(brief(items)).toEqual(['lost', 'c', 'd'])
  expect(items[0]?.position).toBe(queue.position(1))
})

test('the number of a newest file that was lost does not come again, and what was in it is said to be lost', async () => {
  await using queue = await fileForEach(['a', 'b'])
  const names = await readdir(join(queue.dir, '0'))
  // The file of b and the empty one behind it.
  for (const name of names.sort().slice(1)) await rm(join(queue.dir, '0', name))
  vi.setSystemTime(Date.now() + 60_000)
  onTestFinished(() => void vi.useRealTimers())
  const publisher = await queue.open()
  const { position } = await publisher.publish('k', recordHeader('c'), Buffer.from('sent'))
  await publisher.close()
  expect(position).toBeGreaterThan(queue.position(1))
  const consumer = await openDiskConsumer({ dir: queue.dir })
  expect(brief(await take(consumer, 0, queue.position(1), 2))).toEqual(['lost', 'c'])
  expect(brief(await drain(consumer))).toEqual(['a', 'c'])
})

test('files that were released while one of them was read are not taken for lost', async () => {
  await using queue = await fileForEach(['a', 'b', 'c', 'd'])
  const [slow, fast] = [
    await openDiskConsumer({ dir: queue.dir }),
    await openDiskConsumer({ dir: queue.dir }),
  ]
  const reading = slow.consume(0, null, AbortSignal.timeout(10_000))[Symbol.asyncIterator]()
  expect(brief((await reading.next()).value)).toEqual(['a'])
  await fast.release(0, queue.position(2))
  await expect(reading.next()).rejects.toMatchObject({ code: 'position_lost' })
})

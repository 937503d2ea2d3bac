import { execFile, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { batchOf, drain, recordHeader, take } from '../src/contract.ts'
import { openDiskConsumer, openDiskPublisher } from '../src/index.ts'
import { FailingDisk } from './failing-disk.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const run = promisify(execFile)
const body = Buffer.from('x'.repeat(300))

async function found(dir: string): Promise<string[]> {
  const consumer = await openDiskConsumer({ dir })
  const ids = (await drain(consumer)).map(batchOf)
  await consumer.close()
  return ids
}

describe('a disk that fails', () => {
  for (const [operation, code, expected] of [
    ['failWrite', 'ENOSPC', 'disk_full'],
    ['failWrite', 'EIO', 'io'],
    ['failSync', 'EIO', 'io'],
    ['failSync', 'ENOSPC', 'disk_full'],
  ] as const)
    test(`${code} in ${operation}: the record is refused as ${expected}, never delivered, and the next one works`, async () => {
      await using directory = await temporaryDirectory()
      const dir = join(directory.path, 'queue')
      const disk = new FailingDisk()
      const publisher = await openDiskPublisher({ dir, partitions: 1, disk })
      await publisher.publish('k', recordHeader('before'), body)
      const consumer = await openDiskConsumer({ dir })
      const tail = take(consumer, 0, null, 2)
      disk[operation] = code
      await expect(publisher.publish('k', recordHeader('refused'), body)).rejects.toMatchObject({
        code: expected,
      })
      await expect(publisher.publish('k', recordHeader('refused too'), body)).rejects.toMatchObject({
        code: expected,
      })
      disk[operation] = undefined
      await publisher.publish('k', recordHeader('after'), body)
      expect((await tail).map(batchOf)).toEqual(['before', 'after'])
      await consumer.close()
      await publisher.close()
      await (await openDiskPublisher({ dir })).close()
      expect(await found(dir)).toEqual(['before', 'after'])
    })

  test('a refused record does not come back when the process dies before it could open another file', async () => {
    await using directory = await temporaryDirectory()
    const dir = join(directory.path, 'queue')
    const disk = new FailingDisk()
    const publisher = await openDiskPublisher({ dir, partitions: 1, disk })
    await publisher.publish('k', recordHeader('before'), body)
    disk.failSync = 'EIO'
    disk.failCreate = 'EIO'
    await expect(publisher.publish('k', recordHeader('refused'), body)).rejects.toMatchObject({ code: 'io' })
    await publisher.close()
    await (await openDiskPublisher({ dir })).close()
    expect(await found(dir)).toEqual(['before'])
  })

  test('the reserve is kept free: nothing is written below it, and it works again above', async () => {
    await using directory = await temporaryDirectory()
    const dir = join(directory.path, 'queue')
    const disk = new FailingDisk()
    const publisher = await openDiskPublisher({ dir, partitions: 1, disk, reserveBytes: 1 << 20 })
    disk.free = (1 << 20) + 100
    const { syncs } = disk
    await expect(publisher.publish('k', recordHeader('refused'), body)).rejects.toMatchObject({
      code: 'disk_full',
    })
    expect(disk.syncs).toBe(syncs)
    disk.free = 1 << 30
    await publisher.publish('k', recordHeader('kept'), body)
    expect(await found(dir)).toEqual(['kept'])
    await publisher.close()
  })

  test('records that wait for one sync share the next', async () => {
    await using directory = await temporaryDirectory()
    const disk = new FailingDisk()
    const publisher = await openDiskPublisher({ dir: join(directory.path, 'queue'), partitions: 1, disk })
    const { syncs } = disk
    await Promise.all(
      Array.from({ length: 400 }, (_, i) => publisher.publish('k', recordHeader(`b${i}`), body)),
    )
    expect(disk.syncs - syncs).toBeLessThanOrEqual(3)
    await publisher.close()
  })

  test('records without a key that wait share the next sync, whatever the number of partitions', async () => {
    await using directory = await temporaryDirectory()
    const disk = new FailingDisk()
    const publisher = await openDiskPublisher({ dir: join(directory.path, 'queue'), partitions: 4, disk })
    const { syncs } = disk
    const written = await Promise.all(
      Array.from({ length: 400 }, (_, i) => publisher.publish(undefined, recordHeader(`b${i}`), body)),
    )
    expect(disk.syncs - syncs).toBeLessThanOrEqual(2)
    expect(new Set(written.map(({ partition }) => partition)).size).toBe(2)
    await publisher.close()
  })

  test('a record without a key that cannot be written is refused, and the next one goes to another partition', async () => {
    await using directory = await temporaryDirectory()
    const dir = join(directory.path, 'queue')
    const disk = new FailingDisk()
    const publisher = await openDiskPublisher({ dir, partitions: 2, disk })
    disk.failSync = 'EIO'
    const refused = publisher.publish(undefined, recordHeader('refused'), body)
    await expect(refused).rejects.toMatchObject({ code: 'io' })
    disk.failSync = undefined
    expect((await publisher.publish(undefined, recordHeader('kept'), body)).partition).toBe(1)
    await publisher.publish(undefined, recordHeader('also kept'), body)
    expect((await found(dir)).sort()).toEqual(['also kept', 'kept'])
    await publisher.close()
  })

  test('a consumer does not see a record before it is durable', async () => {
    await using directory = await temporaryDirectory()
    const dir = join(directory.path, 'queue')
    const disk = new FailingDisk()
    const publisher = await openDiskPublisher({ dir, partitions: 1, disk })
    const consumer = await openDiskConsumer({ dir })
    const seenDuringSync: unknown[] = []
    disk.onSync = async () => {
      for await (const items of consumer.consume(0, null, AbortSignal.timeout(300)))
        seenDuringSync.push(...items)
    }
    await publisher.publish('k', recordHeader('a'), body)
    expect(seenDuringSync).toEqual([])
    expect((await take(consumer, 0, null, 1)).map(batchOf)).toEqual(['a'])
    await publisher.close()
    await consumer.close()
  })
})

test('SIGKILL of a publishing process loses no acknowledged record, and doubles none', async () => {
  await using directory = await temporaryDirectory()
  const dir = join(directory.path, 'queue')
  const acknowledged: string[] = []
  for (let round = 0; round < 6; round++) {
    const child = fork(join(import.meta.dirname, 'publishing-process.ts'), [dir, `round-${round}`])
    const enough = 200 + round * 137
    let count = 0
    child.on('message', (ids) => {
      if (!Array.isArray(ids)) return
      acknowledged.push(...ids.map(String))
      count += ids.length
      if (count >= enough) child.kill('SIGKILL')
    })
    const [code, signal] = await once(child, 'exit')
    expect([code, signal]).toEqual([null, 'SIGKILL'])
  }
  await (await openDiskPublisher({ dir })).close()
  const ids = await found(dir)
  expect(ids.length).toBe(new Set(ids).size)
  const kept = new Set(ids)
  expect(acknowledged.filter((id) => !kept.has(id))).toEqual([])
  expect(acknowledged.length).toBeGreaterThan(2000)
}, 60_000)

test('the consumer may come first, and then sees what a publisher of another process writes', async () => {
  await using directory = await temporaryDirectory()
  const dir = join(directory.path, 'queue')
  const consumer = await openDiskConsumer({ dir, partitions: 1 })
  const waiting = take(consumer, 0, null, 300)
  const child = fork(join(import.meta.dirname, 'publishing-process.ts'), [dir, 'other'])
  expect(new Set((await waiting).map(batchOf)).size).toBe(300)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await consumer.close()
})

test('full files are deleted once released, also those of a publisher that died', async () => {
  await using directory = await temporaryDirectory()
  const dir = join(directory.path, 'queue')
  const consumer = await openDiskConsumer({ dir, partitions: 1 })
  const files = async () => (await readdir(join(dir, '0'))).length
  for (let round = 0; round < 5; round++) {
    const publisher = await openDiskPublisher({ dir, rollBytes: 2000 })
    for (let i = 0; i < 20; i++) await publisher.publish('k', recordHeader(`r${round}-${i}`), body)
    await publisher.close()
  }
  expect(await files()).toBeGreaterThan(20)
  await consumer.release(0, (await consumer.end(0)) ?? 0n)
  expect(await files()).toBe(1)
  await consumer.close()
})

test('the backlog is what all files hold, also those of a publisher that died, and shrinks with each that is released', async () => {
  await using directory = await temporaryDirectory()
  const dir = join(directory.path, 'queue')
  const consumer = await openDiskConsumer({ dir, partitions: 1 })
  const publishMany = async (round: number) => {
    const publisher = await openDiskPublisher({ dir, rollBytes: 2000, limitBytes: 10_000 })
    const bytes: number[] = []
    for (let i = 0; i < 8; i++) {
      await publisher.publish('k', recordHeader(`r${round}-${i}`), body)
      bytes.push(publisher.backlog().bytes)
    }
    return { publisher, bytes }
  }
  const first = await publishMany(1)
  const [one = 0] = first.bytes
  expect(first.bytes).toEqual(first.bytes.map((_, n) => (n + 1) * one))
  await first.publisher.close()
  const second = await publishMany(2)
  expect(second.bytes).toEqual(second.bytes.map((_, n) => (n + 9) * one))
  await consumer.release(0, (await consumer.end(0)) ?? 0n)
  await expect.poll(() => second.publisher.backlog().bytes, { timeout: 10_000 }).toBeLessThan(2000 + one)
  await second.publisher.close()
  await consumer.close()
})

/** A file system of 8 MB that is really full. Needs the right to mount. */
const mounted = await (async () => {
  const directory = await temporaryDirectory()
  const path = join(directory.path, 'small')
  await mkdir(path)
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', path])
    return {
      path,
      async [Symbol.asyncDispose]() {
        await run('umount', ['-l', path])
        await directory[Symbol.asyncDispose]()
      },
    }
  } catch {
    await directory[Symbol.asyncDispose]()
    return undefined
  }
})()

test.skipIf(mounted === undefined)(
  'a full file system (skipped where tmpfs cannot be mounted): refused as disk_full, nothing acknowledged is lost, and it goes on after release',
  async () => {
    if (mounted === undefined) return
    await using small = mounted
    for (const reserveBytes of [0, 300_000]) {
      const dir = join(small.path, `queue-${reserveBytes}`)
      const publisher = await openDiskPublisher({ dir, partitions: 2, reserveBytes, rollBytes: 500_000 })
      const consumer = await openDiskConsumer({ dir })
      const acknowledged: string[] = []
      let refused = 0
      const codes = new Set<string>()
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 400; i++) {
          const id = `${round}-${i}`
          await publisher.publish(id, recordHeader(id), Buffer.alloc(40_000, id)).then(
            () => acknowledged.push(id),
            (error: { code: string }) => {
              refused++
              codes.add(error.code)
            },
          )
        }
        const ids = new Set<string>()
        for (const item of await drain(consumer)) ids.add(batchOf(item))
        expect(acknowledged.filter((id) => id.startsWith(`${round}-`) && !ids.has(id))).toEqual([])
        for (const partition of [0, 1])
          await consumer.release(partition, (await consumer.end(partition)) ?? 0n)
      }
      expect(codes).toEqual(new Set(['disk_full']))
      expect(refused).toBeGreaterThan(100)
      expect(acknowledged.filter((id) => id.startsWith('2-')).length).toBeGreaterThan(20)
      await publisher.close()
      await consumer.close()
      await run('rm', ['-rf', dir])
    }
  },
)

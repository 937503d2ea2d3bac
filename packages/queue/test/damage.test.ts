import { open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { batchOf, drain, recordHeader } from '../src/contract.ts'
import { BLOCK, RECORDS_AT } from '../src/disk/file-header.ts'
import { offsetOf } from '../src/disk/position.ts'
import { FRAME_BYTES } from '../src/disk/record-frame.ts'
import { openDiskConsumer, openDiskPublisher, type QueueItem } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const IDS = ['a', 'b', 'c', 'd', 'e']

/** A queue of one partition with one file of five records, and where each record ends in it. */
async function fiveRecords(text = 'what was sent') {
  const directory = await temporaryDirectory()
  const dir = join(directory.path, 'queue')
  const publisher = await openDiskPublisher({ dir, partitions: 1 })
  const ends = [RECORDS_AT]
  for (const id of IDS) {
    const { position } = await publisher.publish('k', recordHeader(id), Buffer.from(text))
    ends.push(offsetOf(position))
  }
  await publisher.close()
  const [name = ''] = (await readdir(join(dir, '0'))).sort()
  const file = join(dir, '0', name)
  const start = (record: number) => ends[record] ?? 0
  return { dir, file, start, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() }
}

async function flipBit(file: string, offset: number): Promise<void> {
  await using handle = await open(file, 'r+')
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, offset)
  await handle.write(Buffer.from([(byte[0] ?? 0) ^ 0x10]), 0, 1, offset)
}

async function items(dir: string, restart = true): Promise<QueueItem[]> {
  if (restart) await (await openDiskPublisher({ dir })).close()
  const consumer = await openDiskConsumer({ dir })
  const all = await drain(consumer)
  await consumer.close()
  return all
}

const brief = (all: readonly QueueItem[]) =>
  all.map((item) => (item.kind === 'record' ? batchOf(item) : 'damaged'))

describe('a flipped bit', () => {
  test('in a body makes that record damaged, with its first bytes, and leaves the others', async () => {
    await using queue = await fiveRecords()
    await flipBit(queue.file, queue.start(3) - 1)
    const found = await items(queue.dir)
    expect(brief(found)).toEqual(['a', 'b', 'damaged', 'd', 'e'])
    const [, , damaged] = found
    if (damaged?.kind !== 'damaged') throw new Error('expected a damaged item')
    expect(damaged.reason).toContain('checksum')
    expect(Buffer.from(damaged.sample).toString()).toContain('what was sen')
  })

  test('anywhere in a frame makes that record damaged and leaves the others', async () => {
    for (let byte = 0; byte < FRAME_BYTES; byte++) {
      await using queue = await fiveRecords()
      await flipBit(queue.file, queue.start(1) + byte)
      expect(brief(await items(queue.dir))).toEqual(['a', 'damaged', 'c', 'd', 'e'])
    }
  })

  test('in the last acknowledged record is damage, not a torn tail', async () => {
    for (const at of ['frame', 'body']) {
      await using queue = await fiveRecords()
      await flipBit(queue.file, at === 'frame' ? queue.start(4) + 13 : queue.start(5) - 1)
      expect(brief(await items(queue.dir))).toEqual(['a', 'b', 'c', 'd', 'damaged'])
    }
  })

  test('in one copy of the file header harms nothing, in both it is reported once', async () => {
    await using queue = await fiveRecords()
    await flipBit(queue.file, 30)
    expect(brief(await items(queue.dir))).toEqual(IDS)
    await flipBit(queue.file, 2 * BLOCK + 30)
    const found = await items(queue.dir)
    expect(brief(found)).toEqual(['damaged'])
  })

  test('in the durable mark harms nothing', async () => {
    await using queue = await fiveRecords()
    await flipBit(queue.file, BLOCK + 2)
    expect(brief(await items(queue.dir))).toEqual(IDS)
  })

  test('is found again at the same position, so it is counted once', async () => {
    await using queue = await fiveRecords()
    await flipBit(queue.file, queue.start(1) + 3)
    const positions = (await items(queue.dir)).map((item) => item.position)
    expect((await items(queue.dir)).map((item) => item.position)).toEqual(positions)
  })
})

describe('a file that was cut or overwritten', () => {
  test('reports acknowledged records that are no longer there', async () => {
    await using queue = await fiveRecords()
    await (await openDiskPublisher({ dir: queue.dir })).close()
    await truncate(queue.file, queue.start(3) + 10)
    expect(brief(await items(queue.dir, false))).toEqual(['a', 'b', 'c', 'damaged'])
  })

  test('reports a stretch of zeros as one damaged item', async () => {
    await using queue = await fiveRecords()
    await using handle = await open(queue.file, 'r+')
    await handle.write(Buffer.alloc(queue.start(3) - queue.start(1)), 0, undefined, queue.start(1))
    expect(brief(await items(queue.dir))).toEqual(['a', 'damaged', 'd', 'e'])
  })
})

describe('the tail of a publisher that died', () => {
  test('a record cut anywhere never comes, and what was acknowledged before does', async () => {
    await using queue = await fiveRecords()
    const whole = await readFile(queue.file)
    const lastRecord = whole.subarray(queue.start(4))
    for (let kept = 0; kept < lastRecord.length; kept += 17) {
      await using copy = await fiveRecords()
      // The remains of a sixth write: a frame that is cut off, behind what was acknowledged.
      await writeFile(copy.file, lastRecord.subarray(0, kept), { flag: 'a' })
      expect(brief(await items(copy.dir))).toEqual(IDS)
    }
  })

  test('zeros and rubbish never come', async () => {
    for (const remains of [
      Buffer.alloc(100_000),
      Buffer.alloc(3000, 'rubbish'),
      Buffer.from([0xf5, 0x48, 0x57, 0xfb]),
    ]) {
      await using queue = await fiveRecords()
      await writeFile(queue.file, remains, { flag: 'a' })
      expect(brief(await items(queue.dir))).toEqual(IDS)
      expect((await stat(queue.file)).size).toBe(queue.start(5) + remains.length)
    }
  })
})

test('a body that is itself a queue file is not taken for records, even where the frame above it is damaged', async () => {
  await using inner = await fiveRecords()
  await using directory = await temporaryDirectory()
  const dir = join(directory.path, 'queue')
  const publisher = await openDiskPublisher({ dir, partitions: 1 })
  await publisher.publish('k', recordHeader('before'), Buffer.from('x'))
  const { position } = await publisher.publish('k', recordHeader('attack'), await readFile(inner.file))
  const start = await publisher.publish('k', recordHeader('after'), Buffer.from('x'))
  await publisher.close()
  expect(start.position).toBeGreaterThan(position)
  const [name = ''] = (await readdir(join(dir, '0'))).sort()
  const file = join(dir, '0', name)
  const bytes = await readFile(file)
  const frame = bytes.indexOf(Buffer.from([0xf5, 0x48, 0x57, 0xfb]), RECORDS_AT + 10)
  await flipBit(file, frame + 5)
  expect(brief(await items(dir))).toEqual(['before', 'damaged', 'after'])
})

test('a file of a newer version is refused in one sentence and left alone', async () => {
  await using queue = await fiveRecords()
  const bytes = await readFile(queue.file)
  const { crc32 } = await import('node:zlib')
  for (const at of [0, 2 * BLOCK]) {
    bytes.writeUInt32LE(2, at + 8)
    bytes.writeUInt32LE(crc32(bytes.subarray(at, at + 60)), at + 60)
  }
  await writeFile(queue.file, bytes)
  const refused = { code: 'io', message: expect.stringContaining('newer version') }
  await expect(openDiskPublisher({ dir: queue.dir })).rejects.toMatchObject(refused)
  const consumer = await openDiskConsumer({ dir: queue.dir })
  await expect(consumer.end(0)).rejects.toMatchObject(refused)
  expect(await readFile(queue.file)).toEqual(bytes)
})

test('a record of a newer version is not passed over: what lies before it comes, and then one sentence', async () => {
  await using directory = await temporaryDirectory()
  const dir = join(directory.path, 'queue')
  const publisher = await openDiskPublisher({ dir, partitions: 1 })
  await publisher.publish('k', recordHeader('a'), Buffer.from('{}'))
  // As one whose header has what this version does not know.
  const newer = Object.assign(recordHeader('b'), { version: 3, door: 'of tomorrow' })
  await publisher.publish('k', newer, Buffer.from('{}'))
  await publisher.publish('k', recordHeader('c'), Buffer.from('{}'))
  await publisher.close()
  const consumer = await openDiskConsumer({ dir })
  const never = new AbortController().signal
  for (const after of [null, null]) {
    const found: QueueItem[] = []
    const reading = (async () => {
      for await (const items of consumer.consume(0, after, never)) found.push(...items)
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'io',
      message: expect.stringMatching(
        /^a record of .* was written by a newer version of Heartwood: start that version$/,
      ),
    })
    expect(brief(found)).toEqual(['a'])
  }
  await consumer.close()
})

test('a record that the disk wrote to the wrong place is damage there, not a second copy', async () => {
  await using queue = await fiveRecords()
  const bytes = await readFile(queue.file)
  const first = bytes.subarray(queue.start(0), queue.start(1))
  await using handle = await open(queue.file, 'r+')
  await handle.write(first, 0, first.length, queue.start(2))
  expect(brief(await items(queue.dir))).toEqual(['a', 'b', 'damaged', 'd', 'e'])
})

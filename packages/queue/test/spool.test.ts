import { open, readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { batchOf, drain, recordHeader, take } from '../src/contract.ts'
import { MemoryQueue, openDiskConsumer, openDiskPublisher, QueueError } from '../src/index.ts'
import { publisherContract } from '../src/publisher-contract.ts'
import { bytesOf, type Sendable, type Sending, type SendingTarget } from '../src/sending.ts'
import {
  drainedPosition,
  openSetAside,
  openSpoolingPublisher,
  type SpoolingPublisher,
} from '../src/spool/index.ts'
import { AwayTarget } from './away-target.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const TIMEOUT = { timeout: 10_000, interval: 5 }
const body = (text: string): Uint8Array => new TextEncoder().encode(text)

async function openSpool(
  dir: string,
  target: SendingTarget,
  limitBytes = 64 << 20,
): Promise<SpoolingPublisher> {
  const aside = await openSetAside({
    folder: join(dir, 'too-large'),
    limitBytes,
    dropped: (path) => {
      throw new Error(`${path} was dropped`)
    },
  })
  return openSpoolingPublisher({
    target,
    spool: {
      publisher: await openDiskPublisher({ dir, partitions: 1, limitBytes, reserveBytes: 0 }),
      consumer: await openDiskConsumer({ dir, partitions: 1 }),
    },
    drained: drainedPosition(join(dir, 'drained.json')),
    setAside: (position, body) => aside.keep(position, body),
    patienceMillis: 0,
  })
}

publisherContract('spooling to memory', async ({ partitions }) => {
  const directory = await temporaryDirectory()
  const queue = new MemoryQueue({ partitions })
  const opened: SpoolingPublisher[] = []
  return {
    async publisher() {
      const spooling = await openSpool(
        join(directory.path, String(opened.length)),
        new AwayTarget(queue.publisher()),
      )
      opened.push(spooling)
      return spooling
    },
    items: (partition, count) => take(queue.consumer(), partition, null, count),
    async [Symbol.asyncDispose]() {
      for (const one of opened) await one.close()
      await directory[Symbol.asyncDispose]()
    },
  }
})

/** Ids in the order in which each came first: what is sent again is absorbed by them. */
function firstOfEach(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}

async function arrived(queue: MemoryQueue): Promise<string[]> {
  return firstOfEach((await drain(queue.consumer())).map(batchOf))
}

describe('a spool', () => {
  test('takes what the target does not, and sends it on in order once it does', async () => {
    await using directory = await temporaryDirectory()
    const queue = new MemoryQueue({ partitions: 1 })
    const target = new AwayTarget(queue.publisher())
    const spooling = await openSpool(directory.path, target)
    await spooling.publish('key', recordHeader('before'), body('1'))
    target.goAway()
    for (const id of ['a', 'b', 'c']) await spooling.publish('key', recordHeader(id), body(id))
    expect(await arrived(queue)).toEqual(['before'])
    expect(spooling.spool()).toMatchObject({ holds: true })
    await expect.poll(() => spooling.spool().trouble, TIMEOUT).toBe('away')
    target.comeBack()
    await expect.poll(() => spooling.spool().holds, TIMEOUT).toBe(false)
    await spooling.publish('key', recordHeader('after'), body('2'))
    expect(await arrived(queue)).toEqual(['before', 'a', 'b', 'c', 'after'])
    expect(spooling.spool()).toMatchObject({ bytes: 0, trouble: undefined })
    await spooling.close()
  })

  test('keeps each key in its partition, and header and body as they went in', async () => {
    await using directory = await temporaryDirectory()
    const queue = new MemoryQueue({ partitions: 8 })
    const target = new AwayTarget(queue.publisher())
    const spooling = await openSpool(directory.path, target)
    const straight = await spooling.publish('käy', recordHeader('straight'), body('s'))
    target.goAway()
    await spooling.publish('käy', recordHeader('spooled'), body('bytes of it'))
    await spooling.publish(undefined, recordHeader('keyless'), body(''))
    target.comeBack()
    await expect.poll(() => spooling.spool().holds, TIMEOUT).toBe(false)
    const [, item] = await take(queue.consumer(), straight.partition, null, 2)
    expect(item).toMatchObject({ kind: 'record', header: recordHeader('spooled') })
    if (item?.kind === 'record') expect(Buffer.from(item.body).toString()).toBe('bytes of it')
    expect((await arrived(queue)).sort()).toEqual(['keyless', 'spooled', 'straight'])
    await spooling.close()
  })

  test('is full at its limit, which refuses records and loses none that were accepted', async () => {
    await using directory = await temporaryDirectory()
    const queue = new MemoryQueue({ partitions: 2 })
    const target = new AwayTarget(queue.publisher())
    const spooling = await openSpool(directory.path, target, 100_000)
    target.goAway()
    const accepted: string[] = []
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 1_000; i++) {
        await spooling.publish(`k${i % 5}`, recordHeader(`b${i}`), body('x'.repeat(3_000)))
        accepted.push(`b${i}`)
      }
    }
    await expect(fill()).rejects.toMatchObject({ code: 'io', message: 'the spool is full: away' })
    expect(accepted.length).toBeGreaterThan(20)
    target.comeBack()
    await expect.poll(() => spooling.spool().holds, TIMEOUT).toBe(false)
    expect((await arrived(queue)).sort()).toEqual(accepted.toSorted())
    await expect
      .poll(() => spooling.publish('k', recordHeader('again'), body('y')).then(() => true), TIMEOUT)
      .toBe(true)
    await spooling.close()
  })

  test('that was left behind by a process that died is sent on by the next, before what comes then', async () => {
    await using directory = await temporaryDirectory()
    const queue = new MemoryQueue({ partitions: 1 })
    const dead = new AwayTarget(queue.publisher())
    dead.goAway()
    const first = await openSpool(directory.path, dead)
    for (const id of ['a', 'b']) await first.publish('key', recordHeader(id), body(id))
    // Not closed: the next publisher takes over, as after a SIGKILL.
    const second = await openSpool(directory.path, new AwayTarget(queue.publisher()))
    await second.publish('key', recordHeader('c'), body('c'))
    await expect.poll(() => second.spool().holds, TIMEOUT).toBe(false)
    expect(await arrived(queue)).toEqual(['a', 'b', 'c'])
    await second.close()
    await first.close()
  })

  test('that was sent on is not sent again by the next process', async () => {
    await using directory = await temporaryDirectory()
    const queue = new MemoryQueue({ partitions: 1 })
    const target = new AwayTarget(queue.publisher())
    const first = await openSpool(directory.path, target)
    target.goAway()
    await first.publish('key', recordHeader('a'), body('a'))
    target.comeBack()
    await expect.poll(() => first.spool().holds, TIMEOUT).toBe(false)
    const sent = (await drain(queue.consumer())).length
    await first.close()
    const second = await openSpool(directory.path, new AwayTarget(queue.publisher()))
    expect(second.spool().holds).toBe(false)
    await second.publish('key', recordHeader('b'), body('b'))
    expect((await drain(queue.consumer())).map(batchOf).slice(sent)).toEqual(['b'])
    await second.close()
  })

  test('sends damage on as damage, with what can still be read, and its neighbours intact', async () => {
    await using directory = await temporaryDirectory()
    const dead = new AwayTarget(new MemoryQueue({ partitions: 1 }).publisher())
    dead.goAway()
    const first = await openSpool(directory.path, dead)
    for (const id of ['a', 'b', 'c']) await first.publish('key', recordHeader(id), body(`body of ${id}`))
    await first.close()
    await flipBit(directory.path, 'body of b')
    const sent: Sendable[] = []
    const target: SendingTarget = {
      waitingBytes: 0,
      send: (record: Sending) => {
        sent.push(record.item)
        record.stored({ partition: 0, position: BigInt(sent.length) })
      },
      close: async () => {},
    }
    const second = await openSpool(directory.path, target)
    await expect.poll(() => second.spool().holds, TIMEOUT).toBe(false)
    expect(sent.map(({ kind }) => kind)).toEqual(['record', 'damaged', 'record'])
    expect(sent[1]).toMatchObject({
      reason: expect.stringContaining('in the spool'),
      salvage: { header: recordHeader('b') },
    })
    await second.close()
  })

  test('waits at a record of a newer version, which it may not pass over, and says so', async () => {
    await using directory = await temporaryDirectory()
    const dead = new AwayTarget(new MemoryQueue({ partitions: 1 }).publisher())
    dead.goAway()
    const first = await openSpool(directory.path, dead)
    await first.publish('key', recordHeader('a'), body('a'))
    const newer = Object.assign(recordHeader('b'), { version: 3, door: 'of tomorrow' })
    await first.publish('key', newer, body('b'))
    await first.publish('key', recordHeader('c'), body('c'))
    await first.close()
    const sent: Sendable[] = []
    const target: SendingTarget = {
      waitingBytes: 0,
      send: (record: Sending) => {
        sent.push(record.item)
        record.stored({ partition: 0, position: BigInt(sent.length) })
      },
      close: async () => {},
    }
    const second = await openSpool(directory.path, target)
    await expect.poll(() => second.spool().trouble ?? '', TIMEOUT).toMatch(/newer version of Heartwood/)
    expect(sent).toMatchObject([{ kind: 'record', header: { batch_id: 'a' } }])
    expect(second.spool().holds).toBe(true)
    await second.close()
  })

  test('with a record that the target takes at no time sends on the others, and that as damage that says where its bytes are', async () => {
    await using directory = await temporaryDirectory()
    const dead = new AwayTarget(new MemoryQueue({ partitions: 1 }).publisher())
    dead.goAway()
    const first = await openSpool(directory.path, dead)
    const large = body('x'.repeat(5_000))
    await first.publish('key', recordHeader('a'), body('a'))
    await first.publish('key', recordHeader('b'), large)
    await first.publish('key', recordHeader('c'), body('c'))
    await first.close()
    const sent: Sendable[] = []
    const target: SendingTarget = {
      waitingBytes: 0,
      send: (record: Sending) => {
        if (bytesOf(record.item) > 4_096) return record.failed(new QueueError('too_large', 'too large'))
        sent.push(record.item)
        record.stored({ partition: 0, position: BigInt(sent.length) })
      },
      close: async () => {},
    }
    const second = await openSpool(directory.path, target)
    await expect.poll(() => second.spool().holds, TIMEOUT).toBe(false)
    expect(second.spool().trouble).toBeUndefined()
    expect(sent.map((item) => (item.kind === 'record' ? item.header.batch_id : item.kind))).toEqual([
      'a',
      'c',
      'damaged',
    ])
    const [name = ''] = await readdir(join(directory.path, 'too-large'))
    expect(sent[2]).toMatchObject({ reason: expect.stringContaining(name) })
    expect(await readFile(join(directory.path, 'too-large', name))).toEqual(Buffer.from(large))
    await second.close()
  })

  test('bodies that the target never takes have a bound together: the oldest go, which is told, and the newest stays however large', async () => {
    await using directory = await temporaryDirectory()
    const folder = join(directory.path, 'too-large')
    const dropped: [string, number][] = []
    const open = () =>
      openSetAside({
        folder,
        limitBytes: 1_000,
        dropped: (path, bytes) => dropped.push([basename(path), bytes]),
      })
    const first = await open()
    expect(first.bytes).toBe(0)
    await Promise.all([9n, 10n, 11n].map((position) => first.keep(position, new Uint8Array(400))))
    expect(dropped).toEqual([['9.body', 400]])
    expect(first.bytes).toBe(800)
    const again = await open()
    expect(again.bytes).toBe(800)
    // The same once more, and one that somebody took away.
    await again.keep(11n, new Uint8Array(400))
    await rm(join(folder, '10.body'))
    await again.keep(12n, new Uint8Array(500))
    expect([dropped.length, again.bytes]).toEqual([1, 900])
    await again.keep(13n, new Uint8Array(2_000))
    expect(dropped.slice(1)).toEqual([
      ['11.body', 400],
      ['12.body', 500],
    ])
    expect(await readdir(folder)).toEqual(['13.body'])
  })

  test('whatever happens to the target, nothing is lost and each key stays in order', async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ publish: fc.constantFrom('k1', 'k2', 'k3', undefined) }) },
      { weight: 1, arbitrary: fc.record({ away: fc.nat(3) }) },
      { weight: 1, arbitrary: fc.constant('back' as const) },
      { weight: 1, arbitrary: fc.record({ lossy: fc.boolean() }) },
      { weight: 2, arbitrary: fc.constant('wait' as const) },
      { weight: 1, arbitrary: fc.constant('die' as const) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await using directory = await temporaryDirectory()
        const queue = new MemoryQueue({ partitions: 3 })
        let target = new AwayTarget(queue.publisher())
        let spooling = await openSpool(directory.path, target)
        const dead: SpoolingPublisher[] = []
        const published = new Map<string, string | undefined>()
        let under: Promise<unknown>[] = []
        for (const one of steps) {
          if (one === 'back') target.comeBack()
          else if (one === 'wait') await Promise.all(under.splice(0))
          else if (one === 'die') {
            // What was not answered is not promised; the rest must come through the next process.
            await Promise.all(under.splice(0))
            dead.push(spooling)
            target.goAway()
            target = new AwayTarget(queue.publisher())
            spooling = await openSpool(directory.path, target)
          } else if ('away' in one) target.goAway(one.away)
          else if ('lossy' in one) target.lossy = one.lossy
          else {
            const id = `b${published.size}`
            published.set(id, one.publish)
            under.push(spooling.publish(one.publish, recordHeader(id), body(id)))
          }
        }
        target.comeBack()
        await Promise.all(under)
        under = []
        await expect.poll(() => spooling.spool().holds, TIMEOUT).toBe(false)
        const found = await arrived(queue)
        expect(found.toSorted()).toEqual([...published.keys()].sort())
        for (const key of ['k1', 'k2', 'k3']) {
          const ofKey = (id: string) => published.get(id) === key
          expect(found.filter(ofKey)).toEqual([...published.keys()].filter(ofKey))
        }
        for (const one of [spooling, ...dead]) await one.close()
      }),
      { numRuns: 40 },
    )
  })
})

/** Flips a bit of the last occurrence of a text in the files of a spool. */
async function flipBit(dir: string, text: string): Promise<void> {
  const folder = join(dir, '0')
  for (const name of await readdir(folder)) {
    await using file = await open(join(folder, name), 'r+')
    const bytes = await file.readFile()
    const at = bytes.lastIndexOf(text)
    if (at < 0) continue
    await file.write(Buffer.from([(bytes[at] ?? 0) ^ 1]), 0, 1, at)
    return
  }
  throw new Error(`${text} is not in the spool`)
}

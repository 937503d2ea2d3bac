import { describe, expect, test } from 'vitest'
import { recordHeader } from './contract-record.ts'
import type { QueueConsumer, QueueItem, QueuePublisher } from './port.ts'
import { batchOf, publisherContract } from './publisher-contract.ts'

export { batchOf, recordHeader }

/** A place where a queue lives, whose publishers and consumers come and go. */
export interface QueuePlace extends AsyncDisposable {
  publisher(): Promise<QueuePublisher>
  consumer(): Promise<QueueConsumer>
}

export interface QueuePlaceOptions {
  readonly partitions: number
  readonly limitBytes?: number
}

/** The first `count` items of a partition behind `after`; fails when they do not come. */
export async function take(
  consumer: QueueConsumer,
  partition: number,
  after: bigint | null,
  count: number,
): Promise<QueueItem[]> {
  const items: QueueItem[] = []
  if (count === 0) return items
  const stop = new AbortController()
  const timeout = setTimeout(() => stop.abort(), 10_000)
  for await (const found of consumer.consume(partition, after, stop.signal)) {
    items.push(...found)
    if (items.length >= count) break
  }
  clearTimeout(timeout)
  if (items.length < count) throw new Error(`${items.length} of ${count} items came within 10 s`)
  return items.slice(0, count)
}

/** Every item up to the end of the queue, partition by partition. */
export async function drain(consumer: QueueConsumer): Promise<QueueItem[]> {
  const all: QueueItem[] = []
  for (let partition = 0; partition < consumer.partitions; partition++) {
    const end = await consumer.end(partition)
    if (end === null) continue
    const stop = AbortSignal.timeout(10_000)
    let reached = false
    for await (const items of consumer.consume(partition, null, stop)) {
      all.push(...items)
      reached = (items.at(-1)?.position ?? 0n) >= end
      if (reached) break
    }
    if (!reached) throw new Error(`partition ${partition} did not come to its end ${end}`)
  }
  return all
}

const body = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What every adapter of the queue port promises. */
export function queueContract(
  name: string,
  place: (options: QueuePlaceOptions) => Promise<QueuePlace>,
): void {
  publisherContract(name, async (options) => {
    const queue = await place(options)
    return {
      publisher: () => queue.publisher(),
      items: async (partition, count) => take(await queue.consumer(), partition, null, count),
      [Symbol.asyncDispose]: () => queue[Symbol.asyncDispose](),
    }
  })

  describe(`${name} keeps the contract of a queue`, () => {
    test('the end of a partition is its last record', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const consumer = await queue.consumer()
      const positions: bigint[] = []
      for (const id of ['a', 'b', 'c'])
        positions.push((await publisher.publish('key', recordHeader(id), body(id))).position)
      const items = await take(consumer, 0, null, 3)
      expect(items.map((item) => item.position)).toEqual(positions)
      expect(await consumer.end(0)).toBe(positions[2])
    })

    test('records that are at hand come together', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const ids = Array.from({ length: 100 }, (_, i) => `batch-${i}`)
      for (const id of ids) await publisher.publish('key', recordHeader(id), body(id))
      const found: string[][] = []
      for await (const items of (await queue.consumer()).consume(0, null, AbortSignal.timeout(10_000))) {
        found.push(items.map(batchOf))
        if (found.flat().length >= ids.length) break
      }
      expect(found.flat()).toEqual(ids)
      expect(found.length).toBeLessThan(ids.length / 2)
    })

    test('a queue without records has no end and delivers nothing', async () => {
      await using queue = await place({ partitions: 2 })
      const consumer = await queue.consumer()
      await queue.publisher()
      expect(consumer.partitions).toBe(2)
      expect(await consumer.end(1)).toBeNull()
      const items: QueueItem[] = []
      for await (const found of consumer.consume(1, null, AbortSignal.timeout(50))) items.push(...found)
      expect(items).toEqual([])
    })

    test('records at hand come together, as many as fit the bound, and a larger one alone', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const sizes = [100, 100, 9_000, 30_000, 100, 4_000, 4_000, 4_000, 0]
      for (const [i, size] of sizes.entries())
        await publisher.publish('key', recordHeader(`b${i}`), new Uint8Array(size))
      const consumer = await queue.consumer()
      const together: number[][] = []
      for await (const items of consumer.consume(0, null, AbortSignal.timeout(10_000), 12_000)) {
        together.push(items.map((item) => (item.kind === 'record' ? item.body.byteLength : -1)))
        if (together.flat().length === sizes.length) break
      }
      expect(together.flat()).toEqual(sizes)
      for (const bodies of together)
        expect(bodies.length === 1 || bodies.reduce((sum, bytes) => sum + bytes) <= 12_000).toBe(true)
      expect(together).toContainEqual([30_000])
    })

    test('a waiting consumer gets a record that is published later', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const consumer = await queue.consumer()
      const waiting = take(consumer, 0, null, 2)
      await publisher.publish('key', recordHeader('first'), body('1'))
      await publisher.publish('key', recordHeader('second'), body('2'))
      expect((await waiting).map(batchOf)).toEqual(['first', 'second'])
    })

    test('a consumer that starts behind a position gets what follows it, and the same again when it asks again', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      for (const id of ['a', 'b', 'c', 'd']) await publisher.publish('key', recordHeader(id), body(id))
      const consumer = await queue.consumer()
      const [, second] = await take(consumer, 0, null, 2)
      const after = second?.position ?? null
      expect((await take(consumer, 0, after, 2)).map(batchOf)).toEqual(['c', 'd'])
      await consumer.close()
      expect((await take(await queue.consumer(), 0, after, 2)).map(batchOf)).toEqual(['c', 'd'])
    })

    test('release never takes what follows the position', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const consumer = await queue.consumer()
      const positions: bigint[] = []
      for (let i = 0; i < 50; i++)
        positions.push(
          (await publisher.publish('key', recordHeader(`b${i}`), body('x'.repeat(500)))).position,
        )
      for (let i = 0; i < 50; i += 7) {
        const after = positions[i] ?? 0n
        await consumer.release(0, after)
        const rest = await take(consumer, 0, after, 49 - i)
        expect(rest.map(batchOf)).toEqual(Array.from({ length: 49 - i }, (_, j) => `b${i + 1 + j}`))
      }
      expect(await consumer.end(0)).toBe(positions.at(-1))
    })

    test('a position behind what is kept is lost, not silently skipped', async () => {
      await using queue = await place({ partitions: 1, limitBytes: 40_000 })
      const publisher = await queue.publisher()
      const consumer = await queue.consumer()
      const first = await publisher.publish('key', recordHeader('first'), body('x'))
      let last = first
      for (let i = 0; i < 60; i++) {
        last = await publisher.publish('key', recordHeader(`b${i}`), body('x'.repeat(5000)))
        await consumer.release(0, last.position)
      }
      await expect(take(consumer, 0, first.position, 1)).rejects.toMatchObject({ code: 'position_lost' })
    })

    test('a position ahead of the queue is lost, so a queue that was replaced is noticed', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const { position } = await publisher.publish('key', recordHeader('a'), body('x'))
      const ahead = take(await queue.consumer(), 0, position + 2n ** 40n, 1)
      await expect(ahead).rejects.toMatchObject({ code: 'position_lost' })
    })

    test('over its limit the queue is full until the consumer releases, and loses nothing meanwhile', async () => {
      await using queue = await place({ partitions: 2, limitBytes: 100_000 })
      const publisher = await queue.publisher()
      const consumer = await queue.consumer()
      const accepted: string[] = []
      const fill = async (): Promise<void> => {
        for (let i = 0; i < 1000; i++) {
          const id = `batch-${accepted.length}`
          await publisher.publish(id, recordHeader(id), body('x'.repeat(3000)))
          accepted.push(id)
        }
      }
      await expect(fill()).rejects.toMatchObject({ code: 'full' })
      expect(accepted.length).toBeGreaterThan(20)
      expect(publisher.backlog().limit).toBe(100_000)
      expect(publisher.backlog().bytes).toBeGreaterThan(90_000)
      expect((await drain(consumer)).map(batchOf).sort()).toEqual(accepted.toSorted())
      for (const partition of [0, 1]) await consumer.release(partition, (await consumer.end(partition)) ?? 0n)
      await publisher.publish('key', recordHeader('again'), body('x'.repeat(30_000)))
      await expect.poll(() => publisher.backlog().bytes, { timeout: 10_000 }).toBeLessThan(60_000)
    })

    test('a closed queue says so', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const consumer = await queue.consumer()
      await publisher.publish('key', recordHeader('a'), body('x'))
      const waiting = (async () => {
        const ids: string[] = []
        for await (const items of consumer.consume(0, null, new AbortController().signal))
          ids.push(...items.map(batchOf))
        return ids
      })()
      await take(consumer, 0, null, 1)
      await publisher.close()
      await consumer.close()
      expect((await waiting).length).toBeLessThanOrEqual(1)
      const closed = { code: 'closed' }
      await expect(publisher.publish('key', recordHeader('b'), body('x'))).rejects.toMatchObject(closed)
      await expect(take(consumer, 0, null, 1)).rejects.toMatchObject(closed)
      await expect(consumer.release(0, 1n)).rejects.toMatchObject(closed)
      await expect(consumer.end(0)).rejects.toMatchObject(closed)
    })
  })
}

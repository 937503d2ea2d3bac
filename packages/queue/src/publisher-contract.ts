import type { RecordHeader } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { recordHeader } from './contract-record.ts'
import type { QueueItem, QueuePublisher } from './port.ts'

/** A queue that publishers come to and go from, and whose content can be looked at. */
export interface PublishedPlace extends AsyncDisposable {
  publisher(): Promise<QueuePublisher>
  /** The first `count` items of a partition; fails when they do not come. */
  items(partition: number, count: number): Promise<readonly QueueItem[]>
}

/** `batch_id` of a record; a damaged or lost one is a failure. */
export function batchOf(item: QueueItem): string {
  if (item.kind !== 'record') throw new Error(`${item.kind}: ${item.reason}`)
  return item.header.batch_id
}

const body = (text: string): Uint8Array => new TextEncoder().encode(text)

/** What every adapter promises to those who publish. `place` gives a new, empty queue each time. */
export function publisherContract(
  name: string,
  place: (options: { readonly partitions: number }) => Promise<PublishedPlace>,
): void {
  describe(`${name} keeps the contract of publishing`, () => {
    test('records lie in the order they were published, with growing positions', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const positions: bigint[] = []
      for (const id of ['a', 'b', 'c'])
        positions.push((await publisher.publish('key', recordHeader(id), body(id))).position)
      const items = await queue.items(0, 3)
      expect(items.map(batchOf)).toEqual(['a', 'b', 'c'])
      expect(items.map((item) => item.position)).toEqual(positions)
      expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)))
      expect(new Set(positions).size).toBe(3)
    })

    test('records published at once lie in the order of the calls', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const ids = Array.from({ length: 300 }, (_, i) => `batch-${i}`)
      const placed = await Promise.all(ids.map((id) => publisher.publish('key', recordHeader(id), body(id))))
      const items = await queue.items(0, ids.length)
      expect(items.map(batchOf)).toEqual(ids)
      expect(items.map(({ position }) => position)).toEqual(placed.map(({ position }) => position))
    })

    test('header and body come out exactly as they went in, an empty body too', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const given: { header: RecordHeader; bytes: Uint8Array }[] = []
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 2000 }),
          fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
          async (bytes, text) => {
            const header: RecordHeader = {
              ...recordHeader('x'),
              defaults: { service: text, hostname: text },
              refused: [...bytes],
            }
            await publisher.publish('key', header, bytes)
            given.push({ header, bytes })
          },
        ),
        { numRuns: 50 },
      )
      for (const [index, item] of (await queue.items(0, given.length)).entries()) {
        if (item.kind !== 'record') throw new Error('not a record')
        expect(item.header).toEqual(given[index]?.header)
        expect(Buffer.compare(item.body, given[index]?.bytes ?? new Uint8Array())).toBe(0)
      }
    })

    test('the same key always goes to the same partition, and many keys use all of them', async () => {
      await using queue = await place({ partitions: 4 })
      const publisher = await queue.publisher()
      const of = async (key: string) => (await publisher.publish(key, recordHeader(key), body(key))).partition
      const keys = Array.from({ length: 100 }, (_, i) => `sender-${i}`)
      const first = await Promise.all(keys.map(of))
      expect(await Promise.all(keys.map(of))).toEqual(first)
      expect(new Set(first)).toEqual(new Set([0, 1, 2, 3]))
    })

    test('records without a key go to all partitions alike, and each of them is there once', async () => {
      await using queue = await place({ partitions: 4 })
      const publisher = await queue.publisher()
      const counts = [0, 0, 0, 0]
      const ids = Array.from({ length: 40 }, (_, i) => `batch-${i}`)
      for (const [index, id] of ids.entries()) {
        // So far apart that each has a turn of its own, where turns are spans of time.
        const received_at = String(BigInt(recordHeader(id).received_at) + BigInt(index) * 53_000_000n)
        const header = { ...recordHeader(id), received_at }
        const { partition } = await publisher.publish(undefined, header, body(id))
        counts[partition] = (counts[partition] ?? 0) + 1
      }
      expect(counts).toEqual([10, 10, 10, 10])
      const found = await Promise.all(counts.map((count, partition) => queue.items(partition, count)))
      expect(found.flat().map(batchOf).sort()).toEqual(ids.toSorted())
    })

    test('positions grow across publishers, and nothing is lost or doubled between them', async () => {
      await using queue = await place({ partitions: 1 })
      const positions: bigint[] = []
      for (const id of ['a', 'b', 'c']) {
        const publisher = await queue.publisher()
        positions.push((await publisher.publish('key', recordHeader(id), body(id))).position)
        await publisher.close()
      }
      const items = await queue.items(0, 3)
      expect(items.map(batchOf)).toEqual(['a', 'b', 'c'])
      expect(items.map((item) => item.position)).toEqual(positions)
    })

    test('many publishes at once are all kept, each once', async () => {
      await using queue = await place({ partitions: 2 })
      const publisher = await queue.publisher()
      const ids = Array.from({ length: 1000 }, (_, i) => `batch-${i}`)
      const placed = await Promise.all(ids.map((id) => publisher.publish(id, recordHeader(id), body(id))))
      const found = await Promise.all(
        [0, 1].map((partition) =>
          queue.items(partition, placed.filter((one) => one.partition === partition).length),
        ),
      )
      expect(found.flat().map(batchOf).sort()).toEqual(ids.toSorted())
    })

    test('a closed publisher says so, and nothing that was published before is missing', async () => {
      await using queue = await place({ partitions: 1 })
      const publisher = await queue.publisher()
      const last = publisher.publish('key', recordHeader('a'), body('x'))
      await publisher.close()
      await last
      await expect(publisher.publish('key', recordHeader('b'), body('x'))).rejects.toMatchObject({
        code: 'closed',
      })
      expect((await queue.items(0, 1)).map(batchOf)).toEqual(['a'])
    })
  })
}

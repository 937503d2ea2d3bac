import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { batchOf, drain, recordHeader, take } from '../src/contract.ts'
import { openDiskConsumer, openDiskPublisher, type QueuePublisher } from '../src/index.ts'
import { PowerCutDisk } from './power-cut-disk.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const body = (text: string): Uint8Array => new TextEncoder().encode(text.repeat(20))

/** Publishes until the power goes in the midst of it; returns what was acknowledged. */
async function publishUntilPowerCut(
  dir: string,
  disk: PowerCutDisk,
  name: string,
  records: number,
): Promise<string[]> {
  const publisher = await openDiskPublisher({ dir, partitions: 2, rollBytes: 3000, disk })
  const acknowledged: string[] = []
  const { promise: enough, resolve } = Promise.withResolvers<void>()
  const all = Array.from({ length: records * 3 }, async (_, i) => {
    // Three waves, so that there are several groups.
    for (let wait = 0; wait < i % 3; wait++)
      await publisher
        .publish(`w${i}`, recordHeader(`${name}-wait-${i}-${wait}`), body('w'))
        .then(() => acknowledged.push(`${name}-wait-${i}-${wait}`))
    await publisher.publish(i % 2 === 0 ? `k${i}` : undefined, recordHeader(`${name}-${i}`), body('x'))
    acknowledged.push(`${name}-${i}`)
    if (acknowledged.length >= records) resolve()
  }).map((publishing) => publishing.catch(() => undefined))
  await enough
  await disk.cutPower()
  await Promise.all(all)
  return acknowledged
}

/** What comes out after the power is back and a new publisher has opened the queue. */
async function recovered(dir: string): Promise<string[]> {
  const publisher = await openDiskPublisher({ dir })
  const consumer = await openDiskConsumer({ dir })
  const ids = (await drain(consumer)).map((item) => (item.kind === 'record' ? batchOf(item) : 'damaged'))
  await consumer.close()
  await publisher.close()
  return ids
}

describe('after a power cut', () => {
  test('every acknowledged record is there once, and nothing damaged', async () => {
    await using directory = await temporaryDirectory()
    const dir = `${directory.path}/queue`
    const acknowledged: string[] = []
    for (let round = 0; round < 10; round++)
      acknowledged.push(...(await publishUntilPowerCut(dir, new PowerCutDisk(), `r${round}`, 5 + round)))
    const found = await recovered(dir)
    expect(found).not.toContain('damaged')
    expect(found.length).toBe(new Set(found).size)
    expect(acknowledged.filter((id) => !found.includes(id))).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(50)
  })

  test('without the syncs acknowledged records would be lost, so the test above can fail', async () => {
    await using directory = await temporaryDirectory()
    const dir = `${directory.path}/queue`
    const acknowledged = await publishUntilPowerCut(dir, new PowerCutDisk({ ignoreSync: true }), 'r', 20)
    const found = await recovered(dir)
    expect(acknowledged.filter((id) => !found.includes(id)).length).toBeGreaterThan(0)
  })

  test('it does not matter which unsynced writes survive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 40 }),
        async (luck, records) => {
          await using directory = await temporaryDirectory()
          const dir = `${directory.path}/queue`
          let turn = 0
          const survives = () => luck[turn++ % luck.length] ?? false
          const acknowledged = await publishUntilPowerCut(dir, new PowerCutDisk({ survives }), 'a', records)
          acknowledged.push(
            ...(await publishUntilPowerCut(dir, new PowerCutDisk({ survives }), 'b', records)),
          )
          const found = (await recovered(dir)).filter((id) => id !== 'damaged')
          expect(found.length).toBe(new Set(found).size)
          expect(acknowledged.filter((id) => !found.includes(id))).toEqual([])
        },
      ),
      { numRuns: 30 },
    )
  })
})

describe('random publishers that die, consumers that restart, and releases', () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('publish' as const),
        count: fc.integer({ min: 1, max: 8 }),
        size: fc.integer({ min: 0, max: 900 }),
        key: fc.constantFrom('k', undefined),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('take over' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('close' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('consume' as const), count: fc.integer({ min: 1, max: 10 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('restart consumer' as const) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('release' as const) }) },
  )
  test('a file that never got a record is no end, also when it is released with the one before it', async () => {
    await using directory = await temporaryDirectory()
    const dir = `${directory.path}/queue`
    const open = () => openDiskPublisher({ dir, partitions: 1 })
    const first = await open()
    const consumer = await openDiskConsumer({ dir })
    await first.publish('k', recordHeader('a'), body('x'))
    const [item] = await take(consumer, 0, null, 1)
    const position = item?.position ?? 0n
    await consumer.release(0, position)
    await first.close()
    await (await open()).close()
    const third = await open()
    await third.publish('k', recordHeader('b'), body('x'))
    expect((await take(consumer, 0, position, 1)).map(batchOf)).toEqual(['b'])
    await third.close()
    await consumer.close()
  })

  test('the consumer sees every acknowledged record once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        await using directory = await temporaryDirectory()
        const dir = `${directory.path}/queue`
        const open = () => openDiskPublisher({ dir, partitions: 1, rollBytes: 2500 })
        const publishers: QueuePublisher[] = [await open()]
        let consumer = await openDiskConsumer({ dir })
        const published: string[] = []
        const seen: string[] = []
        let position: bigint | null = null
        const consume = async (count: number) => {
          for (const item of await take(
            consumer,
            0,
            position,
            Math.min(count, published.length - seen.length),
          )) {
            seen.push(batchOf(item))
            position = item.position
          }
        }
        for (const now of steps) {
          switch (now.do) {
            case 'publish': {
              const ids = Array.from({ length: now.count }, (_, i) => `b${published.length + i}`)
              const publisher = publishers.at(-1)
              await Promise.all(
                ids.map((id) => publisher?.publish(now.key, recordHeader(id), new Uint8Array(now.size))),
              )
              published.push(...ids)
              break
            }
            case 'take over': {
              // The old one lives on, as a process does that has not noticed yet.
              publishers.push(await open())
              const [old] = publishers.slice(-2)
              await expect(old?.publish('k', recordHeader('late'), new Uint8Array(3))).rejects.toMatchObject({
                code: 'io',
              })
              break
            }
            case 'close':
              await publishers.at(-1)?.close()
              publishers.push(await open())
              break
            case 'consume':
              await consume(now.count)
              break
            case 'restart consumer':
              await consumer.close()
              consumer = await openDiskConsumer({ dir })
              break
            case 'release':
              if (position !== null) await consumer.release(0, position)
              break
          }
        }
        await consume(Number.POSITIVE_INFINITY)
        expect(seen).toEqual(published)
        for (const publisher of publishers) await publisher.close()
        await consumer.close()
      }),
      { numRuns: 40 },
    )
  })
})

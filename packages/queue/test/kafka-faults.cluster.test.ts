import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { FlakyProxy } from '../../../e2e/cluster/flaky-proxy.ts'
import { type ProxiedKafka, startProxiedKafka } from '../../../e2e/cluster/proxied-kafka.ts'
import type { StackServer } from '../../../scripts/stack/server.ts'
import { batchOf, recordHeader } from '../src/contract.ts'
import { startMember } from '../src/group-contract.ts'
import { type KafkaPlace, kafkaPlace, SESSION_MILLIS } from './kafka-place.ts'
import { expectAllInOrder, goOn, spoolingTo, startSenders } from './senders.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const body = (text: string): Uint8Array => new TextEncoder().encode(text)

let proxied: ProxiedKafka
let kafka: StackServer
let proxy: FlakyProxy

beforeAll(async () => {
  proxied = await startProxiedKafka({ heapMb: 320 })
  kafka = proxied.kafka
  proxy = proxied.proxy
})
afterAll(async () => {
  await proxied[Symbol.asyncDispose]()
})

const place = (partitions: number) => kafkaPlace({ partitions, brokers: proxy.address })

describe('publishing to Kafka with a spool', () => {
  test('a broker that is killed and comes back costs nothing that was acknowledged, nor the order', async () => {
    await using queue = await place(4)
    await using directory = await temporaryDirectory()
    const publisher = await spoolingTo(queue, directory.path)
    const senders = startSenders(publisher)
    await goOn(senders)
    for (let round = 0; round < 2; round++) {
      await kafka.kill()
      await goOn(senders)
      expect(publisher.spool()).toMatchObject({ holds: true })
      await kafka.start()
      await goOn(senders)
      await expect.poll(() => publisher.spool().trouble).toBeUndefined()
    }
    await senders.stop()
    await expect.poll(() => publisher.spool().holds).toBe(false)
    await publisher.close()
    await expectAllInOrder(queue, senders)
  })

  test.each(['cut', 'silence'] as const)(
    'an acknowledgement that is lost (%s) makes no second record but the same once more',
    async (then) => {
      await using queue = await place(4)
      await using directory = await temporaryDirectory()
      const publisher = await spoolingTo(queue, directory.path)
      const senders = startSenders(publisher)
      await goOn(senders)
      for (let round = 0; round < 3; round++) {
        await proxy.loseAnswers(then === 'cut' ? 3 : 1, then)
        await goOn(senders)
      }
      await senders.stop()
      await expect.poll(() => publisher.spool().holds).toBe(false)
      await publisher.close()
      await expectAllInOrder(queue, senders)
    },
  )

  test('a network that is cut, frozen and slow in turn costs nothing', async () => {
    await using queue = await place(4)
    await using directory = await temporaryDirectory()
    const publisher = await spoolingTo(queue, directory.path)
    const senders = startSenders(publisher)
    await goOn(senders)
    proxy.cut()
    await goOn(senders)
    proxy.mend()
    proxy.delay(50)
    await goOn(senders)
    proxy.freeze()
    await goOn(senders)
    proxy.mend()
    await goOn(senders)
    await senders.stop()
    await expect.poll(() => publisher.spool().holds).toBe(false)
    await publisher.close()
    await expectAllInOrder(queue, senders)
  })

  test('a start without Kafka spools, and sends on once there is one', async () => {
    await using queue = await place(2)
    await using directory = await temporaryDirectory()
    proxy.cut()
    const publisher = await spoolingTo(queue, directory.path)
    const senders = startSenders(publisher)
    await goOn(senders)
    proxy.mend()
    await senders.stop()
    await expect.poll(() => publisher.spool().holds).toBe(false)
    await publisher.close()
    await expectAllInOrder(queue, senders)
  })
})

describe('consuming from Kafka', () => {
  test('a broker that is killed under two members loses nothing and goes back behind no commit', async () => {
    await using queue = await place(4)
    const publisher = await queue.publisher()
    const handled = new Map<number, bigint[]>()
    const ids = new Set<string>()
    const committed = new Map<number, bigint>()
    const join = async () => {
      const consumer = await queue.member()
      return startMember(consumer, {
        handle: async (partition, items) => {
          for (const item of items) {
            ids.add(batchOf(item))
            // What the group had committed never comes again.
            expect(item.position).toBeGreaterThan(committed.get(partition) ?? -1n)
          }
          const position = items.at(-1)?.position ?? 0n
          handled.set(partition, [...(handled.get(partition) ?? []), position])
          if (await consumer.commit(partition, position).catch(() => false))
            committed.set(partition, position)
        },
      })
    }
    const members = [await join(), await join()]
    const publish = async (from: number) => {
      for (let i = from; i < from + 100; i++)
        await publisher.publish(`k${i % 13}`, recordHeader(`b${i}`), body('x'))
    }
    await publish(0)
    await expect.poll(() => ids.size).toBe(100)
    await kafka.kill()
    const waiting = expect.poll(() => members.some(({ consumer }) => consumer.trouble() !== undefined))
    await waiting.toBe(true)
    await kafka.start()
    await publish(100)
    await expect.poll(() => ids.size).toBe(200)
    await expect.poll(() => members.map(({ consumer }) => consumer.trouble())).toEqual([undefined, undefined])
    for (const { consumer } of members) await consumer.close()
  })

  test('connections that are cut again and again lose nothing', async () => {
    await using queue = await place(3)
    const publisher = await queue.publisher()
    const member = startMember(await queue.member())
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 50; i++)
        await publisher.publish(`k${i % 7}`, recordHeader(`b${round}-${i}`), body('x'))
      proxy.cut()
      await expect.poll(() => new Promise((resolve) => setTimeout(resolve, 100, true))).toBe(true)
      proxy.mend()
      await expect.poll(() => new Set(member.batches()).size).toBe(50 * (round + 1))
    }
    await member.consumer.close()
  })

  test('a member that stands still past its session and goes on then takes nothing back', async () => {
    await using queue = await place(4)
    const publisher = await queue.publisher()
    const first = memberProcess(queue)
    await expect.poll(() => first.assigned()).toBe(4)
    const ids = Array.from({ length: 400 }, (_, i) => `b${i}`)
    for (const id of ids.slice(0, 200)) await publisher.publish(id, recordHeader(id), body('x'))
    await expect.poll(() => first.handling().length).toBeGreaterThan(20)
    first.child.kill('SIGSTOP')
    const second = startMember(await queue.member())
    await expect.poll(() => second.assigned.size).toBe(4)
    for (const id of ids.slice(200)) await publisher.publish(id, recordHeader(id), body('x'))
    const seen = () => new Set([...first.handling(), ...second.batches()])
    await expect.poll(() => seen().size).toBe(ids.length)
    await expect.poll(async () => [...(await second.consumer.lag()).values()]).toEqual([0n, 0n, 0n, 0n])
    first.child.kill('SIGCONT')
    // It learns that it was taken for dead, joins anew, and shares the partitions again.
    await expect.poll(() => [first.assigned(), second.assigned.size]).toEqual([2, 2])
    const after = second.batches().length
    for (const id of ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'])
      await publisher.publish(id, recordHeader(id), body('x'))
    await expect.poll(() => [...seen()].filter((id) => id.startsWith('c')).length).toBe(6)
    // Had the group gone back behind its commits, records would have come again to one of them.
    expect(
      second
        .batches()
        .slice(after)
        .every((id) => id.startsWith('c')),
    ).toBe(true)
    await second.consumer.close()
    await first.end()
  })
})

function memberProcess(queue: KafkaPlace) {
  const options = {
    brokers: queue.address.brokers,
    group: `indexer-${queue.plan.topic}`,
    sessionMillis: SESSION_MILLIS,
    topic: queue.plan.topic,
    partitions: queue.plan.partitions,
  }
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'consuming-process.ts'), JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const lines: Record<string, unknown>[] = []
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)))
  const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
  return {
    child,
    lines,
    /** Partitions it has by what it last said. */
    assigned(): number {
      const last = lines.findLast((line) => 'assigned' in line || 'revoked' in line)
      return strings(last?.assigned).length
    },
    /** What it has got, said before it commits any of it. */
    handling: () => lines.flatMap((line) => strings(line.handling)),
    async end() {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    },
  }
}

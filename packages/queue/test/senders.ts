import { join } from 'node:path'
import { expect } from 'vitest'
import { recordHeader } from '../src/contract.ts'
import { startMember } from '../src/group-contract.ts'
import { openDiskConsumer, openDiskPublisher } from '../src/index.ts'
import { OrderedProducer } from '../src/kafka/index.ts'
import {
  drainedPosition,
  openSetAside,
  openSpoolingPublisher,
  type SpoolingPublisher,
} from '../src/spool/index.ts'
import type { KafkaPlace } from './kafka-place.ts'

const body = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A publisher as ingest has it: what Kafka does not take goes to a folder. */
export async function spoolingTo(queue: KafkaPlace, dir: string): Promise<SpoolingPublisher> {
  const aside = await openSetAside({
    folder: join(dir, 'too-large'),
    limitBytes: 64 << 20,
    dropped: () => undefined,
  })
  return openSpoolingPublisher({
    target: new OrderedProducer(queue.address, queue.plan),
    spool: {
      publisher: await openDiskPublisher({ dir, partitions: 1, limitBytes: 64 << 20, reserveBytes: 0 }),
      consumer: await openDiskConsumer({ dir, partitions: 1 }),
    },
    drained: drainedPosition(join(dir, 'drained.json')),
    setAside: (position, body) => aside.keep(position, body),
    patienceMillis: 500,
  })
}

/** Senders that each wait for an answer before they send on, and one that does not care for order. */
export function startSenders(publisher: SpoolingPublisher) {
  const acknowledged = new Map<string, string[]>()
  const stop = new AbortController()
  const send = async (sender: string, key: string | undefined): Promise<void> => {
    const ids: string[] = []
    acknowledged.set(sender, ids)
    for (let i = 0; !stop.signal.aborted; i++) {
      const id = `${sender}-${i}`
      await publisher.publish(key, recordHeader(id), body('x'.repeat(300)))
      ids.push(id)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }
  const running = Promise.all([
    ...['s1', 's2', 's3'].map((sender) => send(sender, sender)),
    send('keyless', undefined),
  ])
  return {
    acknowledged,
    count: () => [...acknowledged.values()].reduce((sum, ids) => sum + ids.length, 0),
    async stop() {
      stop.abort()
      await running
    },
  }
}

export type Senders = ReturnType<typeof startSenders>

/** Waits until as many records more were acknowledged. */
export async function goOn(senders: Senders, more = 100): Promise<void> {
  const before = senders.count()
  await expect.poll(() => senders.count()).toBeGreaterThan(before + more)
}

/** Nothing that was acknowledged is missing, nothing else is there, and each sender's first copies are in order. */
export async function expectAllInOrder(queue: KafkaPlace, senders: Senders): Promise<void> {
  const member = startMember(await queue.member())
  const wanted = [...senders.acknowledged.values()].flat()
  const found = () => [...new Set(member.batches())]
  await expect.poll(() => found().length).toBeGreaterThanOrEqual(wanted.length)
  await expect
    .poll(async () => [...(await member.consumer.lag()).values()].some((lag) => lag > 0n))
    .toBe(false)
  expect(found().toSorted()).toEqual(wanted.toSorted())
  for (const [sender, ids] of senders.acknowledged) {
    if (sender === 'keyless') continue
    expect(found().filter((id) => id.startsWith(`${sender}-`))).toEqual(ids)
  }
  await member.consumer.close()
}

import { randomUUID } from 'node:crypto'
import { acceptMessage } from '@heartwood/doors'
import { expect } from 'vitest'
import { sharedServer } from '../../../scripts/stack/shared-server.ts'
import { type GroupPlace, startMember } from '../src/group-contract.ts'
import type { GroupConsumer, GroupOptions, QueuePublisher } from '../src/index.ts'
import {
  type AcceptMessage,
  directPublisher,
  type KafkaAddress,
  kafkaClient,
  OrderedProducer,
  openKafkaGroupConsumer,
  type TopicPlan,
} from '../src/kafka/index.ts'
import type { PublishedPlace } from '../src/publisher-contract.ts'

export const accept: AcceptMessage = (message) => acceptMessage(message, Date.now())

export const SESSION_MILLIS = 1_500

/** A topic of its own on a Kafka, and what has been opened on it; leaving its scope closes that. */
export interface KafkaPlace extends GroupPlace, PublishedPlace {
  readonly address: KafkaAddress
  readonly plan: TopicPlan
}

/** On the Kafka that all tests share, unless `brokers` names another. */
export async function kafkaPlace(options: {
  readonly partitions: number
  readonly brokers?: string
  readonly plan?: Partial<TopicPlan>
}): Promise<KafkaPlace> {
  const address: KafkaAddress = {
    brokers: (options.brokers ?? (await sharedServer('kafka'))).split(','),
    tls: false,
    clientId: 'heartwood-test',
  }
  const plan: TopicPlan = {
    topic: `test-${randomUUID()}`,
    partitions: options.partitions,
    replication: 1,
    retentionMillis: 3_600_000,
    maxMessageBytes: 80 << 20,
    ...options.plan,
  }
  const open: (QueuePublisher | GroupConsumer)[] = []
  const place: KafkaPlace = {
    address,
    plan,
    sessionMillis: SESSION_MILLIS,
    async publisher() {
      const producer = new OrderedProducer(address, plan)
      const publisher = directPublisher(producer, { patienceMillis: 10_000 })
      open.push(publisher)
      return publisher
    },
    async member(member: Partial<GroupOptions> = {}) {
      const consumer = await openKafkaGroupConsumer({
        address,
        plan,
        accept,
        sessionMillis: SESSION_MILLIS,
        ...member,
        group: `${member.group ?? 'indexer'}-${plan.topic}`,
      })
      open.push(consumer)
      return consumer
    },
    async items(partition, count) {
      const consumer = await place.member({ group: randomUUID() })
      const member = startMember(consumer)
      const found = () => member.calls.flatMap((call) => (call.partition === partition ? call.items : []))
      await expect.poll(() => found().length, { timeout: 30_000, interval: 20 }).toBeGreaterThanOrEqual(count)
      await consumer.close()
      return found().slice(0, count)
    },
    async [Symbol.asyncDispose]() {
      for (const one of open) await one.close()
      const admin = kafkaClient(address).admin()
      await admin.connect()
      await admin.deleteTopics({ topics: [plan.topic] }).catch(() => undefined)
      await admin.disconnect()
    },
  }
  return place
}

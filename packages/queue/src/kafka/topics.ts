import { setTimeout as pause } from 'node:timers/promises'
import kafkajs, { type Admin } from 'kafkajs'
import { QueueError } from '../port.ts'
import { errorType, reasonOf } from './client.ts'

const MADE_MILLIS = 15_000

/** How a topic is made where there is none. */
export interface TopicPlan {
  readonly topic: string
  readonly partitions: number
  readonly replication: number
  readonly retentionMillis: number
  /** The largest batch of records that the topic takes. */
  readonly maxMessageBytes: number
}

/** A topic as it is. */
export interface TopicFacts {
  readonly partitions: number
  readonly maxMessageBytes: number
}

/**
 * Makes the topic unless it is there; one that is there stays as its owner made it. Replicated three times it takes a
 * record only when two have it, so that acks=all means more than one disk. Throws QueueError `io`.
 */
export async function ensureTopic(admin: Admin, plan: TopicPlan): Promise<TopicFacts> {
  try {
    const found = await topicFacts(admin, plan.topic)
    if (found !== undefined) return found
    await admin.createTopics({
      waitForLeaders: false,
      topics: [
        {
          topic: plan.topic,
          numPartitions: plan.partitions,
          replicationFactor: plan.replication,
          configEntries: [
            { name: 'retention.ms', value: String(plan.retentionMillis) },
            // The clock of the broker, not of who writes: what others put there was received then, at each reading.
            { name: 'message.timestamp.type', value: 'LogAppendTime' },
            { name: 'max.message.bytes', value: String(plan.maxMessageBytes) },
            { name: 'min.insync.replicas', value: plan.replication >= 3 ? '2' : '1' },
          ],
        },
      ],
    })
    return await madeTopic(admin, plan.topic)
  } catch (error) {
    throw new QueueError('io', sentence(plan, error), { cause: error })
  }
}

/**
 * Brokers learn of a new topic one after the other, and a leader is named before it serves: waits until each partition
 * answers. A produce request before that would be taken by some partitions and refused by others.
 */
async function madeTopic(admin: Admin, topic: string): Promise<TopicFacts> {
  const deadline = performance.now() + MADE_MILLIS
  for (;;) {
    try {
      const facts = await topicFacts(admin, topic)
      if (facts !== undefined) {
        await admin.fetchTopicOffsets(topic)
        return facts
      }
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    if (performance.now() > deadline) throw new Error(`it has no leaders after ${MADE_MILLIS / 1000} s`)
    await pause(100)
  }
}

function sentence(plan: TopicPlan, error: unknown): string {
  if (errorType(error) === 'INVALID_REPLICATION_FACTOR')
    return `the topic ${plan.topic} cannot be kept ${plan.replication} times: Kafka has fewer brokers`
  return `the topic ${plan.topic} could not be made or read: ${reasonOf(error)}`
}

async function topicFacts(admin: Admin, topic: string): Promise<TopicFacts | undefined> {
  const partitions = await partitionsOf(admin, topic)
  if (partitions === undefined) return undefined
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['max.message.bytes'] }],
  })
  const value = resources[0]?.configEntries.find(({ configName }) => configName === 'max.message.bytes')
  return { partitions, maxMessageBytes: Number(value?.configValue ?? 1_048_588) }
}

async function partitionsOf(admin: Admin, topic: string): Promise<number | undefined> {
  const topics = await admin.listTopics()
  if (!topics.includes(topic)) return undefined
  const { topics: described } = await admin.fetchTopicMetadata({ topics: [topic] })
  const partitions = described[0]?.partitions ?? []
  return partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)
    ? partitions.length
    : undefined
}

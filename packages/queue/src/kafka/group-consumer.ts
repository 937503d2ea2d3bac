import { setTimeout as pause } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import type { GroupConsumer, GroupHandler, GroupOptions } from '../group-port.ts'
import { QueueError } from '../port.ts'
import { type ClientLog, type KafkaAddress, kafkaClient, reasonOf } from './client.ts'
import { GroupSession, isFinal } from './group-session.ts'
import type { AcceptMessage } from './message-items.ts'
import { ensureTopic, type TopicFacts, type TopicPlan } from './topics.ts'

export interface KafkaGroupOptions extends GroupOptions {
  readonly address: KafkaAddress
  /** The topic, made so where there is none. */
  readonly plan: TopicPlan
  /** Makes records of messages that others wrote. */
  readonly accept: AcceptMessage
  /** Bytes of fetched messages in memory, about; default 64 MiB. A larger message alone may exceed it. */
  readonly bufferBytes?: number
  readonly log?: ClientLog
}

const AGAIN_MILLIS = 1_000
/** Heartbeats are at most half as far apart. */
const SILENT_MILLIS = 6_000

/**
 * A member of a group on a topic. Rejects with QueueError `io` while Kafka cannot be reached, since it alone knows how
 * many partitions there are; afterwards it waits out every absence.
 */
export async function openKafkaGroupConsumer(options: KafkaGroupOptions): Promise<GroupConsumer> {
  const kafka = kafkaClient(options.address, options.log)
  const { partitions } = await factsOf(kafka, options.plan)
  const { topic } = options.plan
  let session: GroupSession | undefined
  let started = false
  let closing: Promise<void> | undefined
  let lastFailure: string | undefined
  const closed = new AbortController()

  const membership = async (handler: GroupHandler): Promise<void> => {
    while (!closed.signal.aborted) {
      session = new GroupSession({
        kafka,
        topic,
        handler,
        accept: options.accept,
        group: options.group,
        maxBytes: options.maxBytes ?? 4 << 20,
        sessionMillis: options.sessionMillis ?? 30_000,
        retryMillis: options.retryMillis ?? 1_000,
        bufferBytes: options.bufferBytes ?? 64 << 20,
      })
      // Not waited for: a join lasts as long as the group waits for a member that died, and a close ends it before.
      void session.start()
      const failure = await session.ended
      if (failure === undefined || closed.signal.aborted) return
      if (isFinal(failure)) throw new QueueError('io', reasonOf(failure), { cause: failure })
      lastFailure = reasonOf(failure)
      await pause(AGAIN_MILLIS, undefined, { signal: closed.signal }).catch(() => undefined)
    }
  }

  return {
    partitions,
    async run(handler) {
      if (closing !== undefined) throw new QueueError('closed', 'the group member is closed')
      if (started) throw new Error('a group member runs once')
      started = true
      await membership(handler)
    },
    async commit(partition, position) {
      const feed = session?.feeds.get(partition)
      if (session !== undefined && feed !== undefined) return session.commit(partition, position)
      if (closing !== undefined) throw new QueueError('closed', 'the group member is closed')
      return false
    },
    pause(which) {
      for (const partition of which) session?.feeds.get(partition)?.pause()
    },
    resume(which) {
      for (const partition of which) session?.feeds.get(partition)?.resume()
    },
    async lag() {
      return (await session?.lag()) ?? new Map()
    },
    trouble() {
      if (!started || closing !== undefined) return undefined
      const silent = session?.silentMillis
      if (silent === undefined) return lastFailure ?? 'the group is dividing its partitions'
      lastFailure = undefined
      return silent > SILENT_MILLIS
        ? `Kafka has not been heard of for ${Math.round(silent / 1000)} s`
        : session?.standstill
    },
    close() {
      closing ??= (async () => {
        closed.abort()
        await session?.close()
      })()
      return closing
    },
  }
}

async function factsOf(kafka: Kafka, plan: TopicPlan): Promise<TopicFacts> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    return await ensureTopic(admin, plan)
  } catch (error) {
    if (error instanceof QueueError) throw error
    throw new QueueError('io', `Kafka cannot be reached: ${reasonOf(error)}`, { cause: error })
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import { QueueError } from '../port.ts'
import type { TopicMessage, TopicWriter } from '../topic-writer.ts'
import { type ClientLog, type KafkaAddress, kafkaClient, reasonOf } from './client.ts'
import { ProducerConnection } from './producer-connection.ts'
import { ensureTopic, type TopicPlan } from './topics.ts'

/** Of one produce request; far within what any topic takes. */
const REQUEST_BYTES = 512 << 10
const MESSAGE_BYTES = 100
const ACKS_MILLIS = 5_000
const PATIENCE_MILLIS = 15_000
const RETRY_MILLIS = 100

export interface KafkaTopicWriterOptions {
  readonly address: KafkaAddress
  /** The topic, made so where there is none at the first write. */
  readonly plan: TopicPlan
  readonly log?: ClientLog
}

/** Writes messages to a topic, acknowledged by all replicas; one call after the other, so that keys stay in order. */
export function openKafkaTopicWriter(options: KafkaTopicWriterOptions): TopicWriter {
  const { plan } = options
  const kafka = kafkaClient(options.address, options.log)
  const producer = new ProducerConnection(kafka)
  let ready: Promise<void> | undefined
  let last: Promise<unknown> = Promise.resolve()
  let closed = false

  const prepare = async (): Promise<void> => {
    const admin = kafka.admin()
    await admin.connect()
    try {
      await ensureTopic(admin, plan)
    } finally {
      await admin.disconnect()
    }
  }
  const send = async (messages: readonly TopicMessage[]): Promise<void> => {
    try {
      ready ??= prepare()
      await ready
    } catch (error) {
      ready = undefined
      throw error
    }
    await producer.send({
      topic: plan.topic,
      acks: -1,
      timeout: ACKS_MILLIS,
      messages: messages.map(({ key, value }) => ({ key: key ?? null, value: Buffer.from(value) })),
    })
  }
  /** A leader that moves is waited for; what takes longer, those who write know what to do about. */
  const sendAll = async (messages: readonly TopicMessage[]): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MILLIS
    for (const part of requests(messages))
      for (let wait = RETRY_MILLIS; ; wait *= 2) {
        try {
          await send(part)
          break
        } catch (error) {
          if (closed || performance.now() + wait > deadline) throw error
          await pause(wait)
        }
      }
  }

  return {
    async write(messages) {
      if (closed) throw new QueueError('closed', `the writer of ${plan.topic} is closed`)
      const sending = last.then(() => sendAll(messages))
      last = sending.catch(() => undefined)
      try {
        await sending
      } catch (error) {
        if (error instanceof QueueError) throw error
        throw new QueueError('io', `${plan.topic} took nothing: ${reasonOf(error)}`, { cause: error })
      }
    },
    async close() {
      closed = true
      await last
      await producer.close()
    },
  }
}

/** Cuts messages into requests; a large one goes alone. */
function requests(messages: readonly TopicMessage[]): TopicMessage[][] {
  const parts: TopicMessage[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const message of messages) {
    const size = message.value.byteLength + (message.key?.length ?? 0) + MESSAGE_BYTES
    if (bytes + size > REQUEST_BYTES) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(message)
    bytes += size
  }
  return parts
}

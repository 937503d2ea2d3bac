import { setTimeout as pause } from 'node:timers/promises'
import { QueueError } from '../port.ts'
import type { TopicMessage, TopicWriter } from '../topic-writer.ts'
import { type ClientLog, errorType, type KafkaAddress, kafkaClient, reasonOf } from './client.ts'
import { ProducerConnection } from './producer-connection.ts'
import { ensureTopic, type TopicFacts, type TopicPlan } from './topics.ts'

/** Of one produce request; far within what any topic takes. */
const REQUEST_BYTES = 512 << 10
const MESSAGE_BYTES = 100
/** Of the batch around the messages. */
const BATCH_BYTES = 100
const ACKS_MILLIS = 5_000
const PATIENCE_MILLIS = 15_000
const RETRY_MILLIS = 100

export interface KafkaTopicWriterOptions {
  readonly address: KafkaAddress
  /** The topic, made so where there is none at the first write. */
  readonly plan: TopicPlan
  readonly log?: ClientLog
  /** A message of so many bytes was left out: the topic takes less. */
  readonly leftOut?: (bytes: number) => void
}

/** Writes messages to a topic, acknowledged by all replicas; one call after the other, so that keys stay in order. */
export function openKafkaTopicWriter(options: KafkaTopicWriterOptions): TopicWriter {
  const { plan } = options
  const kafka = kafkaClient(options.address, options.log)
  const producer = new ProducerConnection(kafka)
  let ready: Promise<TopicFacts> | undefined
  let last: Promise<unknown> = Promise.resolve()
  let closed = false

  const prepare = async (): Promise<TopicFacts> => {
    const admin = kafka.admin()
    await admin.connect()
    try {
      return await ensureTopic(admin, plan)
    } finally {
      await admin.disconnect()
    }
  }
  const facts = async (): Promise<TopicFacts> => {
    try {
      ready ??= prepare()
      return await ready
    } catch (error) {
      ready = undefined
      throw error
    }
  }
  const send = async (messages: readonly TopicMessage[]): Promise<void> => {
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
    const patiently = async <T>(attempt: () => Promise<T>): Promise<T> => {
      for (let wait = RETRY_MILLIS; ; wait *= 2) {
        try {
          return await attempt()
        } catch (error) {
          // The topic may have been given less room: the next write asks.
          if (errorType(error) === 'MESSAGE_TOO_LARGE') ready = undefined
          if (closed || performance.now() + wait > deadline) throw error
          await pause(wait)
        }
      }
    }
    if (messages.length === 0) return
    const { maxMessageBytes } = await patiently(facts)
    const fitting = fittingInto(maxMessageBytes - BATCH_BYTES, messages, (bytes) => options.leftOut?.(bytes))
    for (const part of requests(fitting, Math.min(REQUEST_BYTES, maxMessageBytes - BATCH_BYTES)))
      await patiently(() => send(part))
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

/** The messages as the topic takes them. */
function fittingInto(
  limit: number,
  messages: readonly TopicMessage[],
  leftOut: (bytes: number) => void,
): TopicMessage[] {
  return messages.flatMap((message) => {
    if (sizeOf(message) <= limit) return [message]
    const shortened = message.shortened && { key: message.key, value: message.shortened() }
    if (shortened !== undefined && sizeOf(shortened) <= limit) return [shortened]
    leftOut(message.value.byteLength)
    return []
  })
}

function sizeOf({ key, value }: TopicMessage): number {
  return value.byteLength + Buffer.byteLength(key ?? '') + MESSAGE_BYTES
}

/** Cuts messages into requests; a large one goes alone. */
function requests(messages: readonly TopicMessage[], most: number): TopicMessage[][] {
  const parts: TopicMessage[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const message of messages) {
    const size = sizeOf(message)
    if (bytes + size > most) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(message)
    bytes += size
  }
  return parts
}

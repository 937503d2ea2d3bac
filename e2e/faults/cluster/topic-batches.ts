import { RecordHeader } from '@heartwood/event'
import { kafkaClient } from '../../../packages/queue/src/kafka/client.ts'

const READ_MILLIS = 120_000

/** The batch ids of a topic's messages as they lie in each partition, read with Kafka's own protocol from its beginning. */
export async function topicBatches(brokers: readonly string[], topic: string): Promise<string[][]> {
  // As the product makes it, for the codecs that the messages are packed with.
  const kafka = kafkaClient({ brokers, tls: false, clientId: 'faults' })
  const admin = kafka.admin()
  await admin.connect()
  const ends = await admin.fetchTopicOffsets(topic)
  await admin.disconnect()
  const batches: string[][] = Array.from({ length: ends.length }, () => [])
  const left = new Map(
    ends
      .filter(({ low, high }) => BigInt(high) > BigInt(low))
      .map((end) => [end.partition, BigInt(end.high)]),
  )
  if (left.size === 0) return batches
  const consumer = kafka.consumer({ groupId: `faults-${process.pid}-${Date.now()}` })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const tooLong = setTimeout(
    () => reject(new Error(`${topic} was not read in ${READ_MILLIS / 1000} s`)),
    READ_MILLIS,
  )
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
  try {
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      async eachMessage({ partition, message }) {
        const header = message.headers?.heartwood?.toString()
        if (header !== undefined) batches[partition]?.push(RecordHeader.parse(JSON.parse(header)).batch_id)
        const end = left.get(partition)
        if (end !== undefined && BigInt(message.offset) >= end - 1n) left.delete(partition)
        if (left.size === 0) resolve()
      },
    })
    await promise
  } finally {
    clearTimeout(tooLong)
    await consumer.disconnect()
  }
  return batches
}

import { setTimeout as pause } from 'node:timers/promises'
import { directPublisher, kafkaAddress, kafkaTopics, OrderedProducer } from '@heartwood/queue/kafka'
import { drainedPosition } from '@heartwood/queue/spool'
import type { Settings } from '@heartwood/settings'
import { OUTBOX_PARTITION, outboxConsumer } from '../outbox.ts'
import { type OutboxSending, sendOutbox } from './send-outbox.ts'

/** How long a broker may take for an event until it is tried anew. */
const PATIENCE_MILLIS = 5_000
/** What was recorded last may still go out when a process ends; what does not waits for its next start. */
const END_MILLIS = 2_000
const LOOK_MILLIS = 20

export interface KafkaDeliveryOptions extends Pick<OutboxSending, 'onTrouble' | 'onDamage'> {
  readonly app: string
  readonly settings: Settings
  /** The folder of the outbox. */
  readonly outbox: string
}

/** Sends an outbox on to the topic of audit events, one JSON event a message. */
export async function deliverToKafka(options: KafkaDeliveryOptions): Promise<{ close(): Promise<void> }> {
  const { app, settings, outbox } = options
  const consumer = await outboxConsumer(outbox)
  const producer = new OrderedProducer(kafkaAddress(settings, app), kafkaTopics(settings).audit)
  const target = directPublisher(producer, { patienceMillis: PATIENCE_MILLIS })
  const sent = drainedPosition(`${outbox}.sent.json`)
  const ending = new AbortController()
  const sending = sendOutbox({ ...options, consumer, target, sent }, ending.signal)
  const isSent = async () => {
    const end = await consumer.end(OUTBOX_PARTITION)
    return end === null || ((await sent.read()) ?? -1n) >= end
  }
  return {
    async close() {
      const deadline = performance.now() + END_MILLIS
      while (performance.now() < deadline && !(await isSent())) await pause(LOOK_MILLIS)
      ending.abort()
      await sending
      await consumer.close()
      await target.close()
    },
  }
}

import type { Kafka, Producer, ProducerRecord, RecordMetadata } from 'kafkajs'
import { isSilence } from './client.ts'

/**
 * Sends produce requests, each once: what is worth trying again those know who ask. kafkajs goes on with a connection on
 * which nothing is answered any more, so after such a silence the next request gets a new one.
 */
export class ProducerConnection {
  readonly #kafka: Kafka
  #producer: Promise<Producer> | undefined

  constructor(kafka: Kafka) {
    this.#kafka = kafka
  }

  async send(record: ProducerRecord): Promise<RecordMetadata[]> {
    this.#producer ??= this.#connect()
    const connecting = this.#producer
    try {
      return await (await connecting).send(record)
    } catch (error) {
      if (isSilence(error) && this.#producer === connecting) await this.close()
      throw error
    }
  }

  /** Ends the connection; the next request would make another. */
  async close(): Promise<void> {
    const connecting = this.#producer
    this.#producer = undefined
    const producer = await connecting?.catch(() => undefined)
    // A silent broker would have us wait for nothing.
    void producer?.disconnect().catch(() => undefined)
  }

  async #connect(): Promise<Producer> {
    const producer = this.#kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } })
    try {
      await producer.connect()
      return producer
    } catch (error) {
      this.#producer = undefined
      throw error
    }
  }
}

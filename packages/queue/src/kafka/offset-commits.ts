import type { Consumer } from 'kafkajs'
import { QueueError } from '../port.ts'
import { errorType, reasonOf } from './client.ts'

/** Answers of Kafka that mean: this member no longer has what it commits. */
const NOT_OURS: ReadonlySet<string> = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_INSTANCE_ID',
])

interface Waiting {
  /** Where the group goes on. */
  offset: bigint
  readonly outcome: PromiseWithResolvers<boolean>
}

/** Commits offsets of one membership: one request at a time, with all that has come meanwhile. */
export class OffsetCommits {
  readonly #consumer: Consumer
  readonly #topic: string
  #waiting = new Map<number, Waiting>()
  #running: Promise<void> | undefined
  /** What Kafka has acknowledged. The client resolves without a word where it is not running any more. */
  readonly #acknowledged = new Map<number, bigint>()

  constructor(consumer: Consumer, topic: string) {
    this.#consumer = consumer
    this.#topic = topic
    consumer.on(consumer.events.COMMIT_OFFSETS, ({ payload }) => {
      for (const { partitions } of payload.topics)
        for (const { partition, offset } of partitions)
          this.#acknowledged.set(partition, BigInt(String(offset)))
    })
  }

  /** Resolves to whether the group goes on at `offset` now. Rejects with QueueError `io` where nobody knows. */
  commit(partition: number, offset: bigint): Promise<boolean> {
    const waiting = this.#waiting.get(partition) ?? { offset, outcome: Promise.withResolvers<boolean>() }
    if (offset > waiting.offset) waiting.offset = offset
    this.#waiting.set(partition, waiting)
    this.#running ??= this.#run()
    return waiting.outcome.promise
  }

  async #run(): Promise<void> {
    // All that are made in one turn share the request.
    await Promise.resolve()
    while (this.#waiting.size > 0) {
      const group = this.#waiting
      this.#waiting = new Map()
      try {
        const kept = await this.#send(group)
        for (const [partition, { offset, outcome }] of group)
          outcome.resolve(kept && (this.#acknowledged.get(partition) ?? -1n) >= offset)
      } catch (error) {
        for (const { outcome } of group.values()) outcome.reject(error)
      }
    }
    this.#running = undefined
  }

  async #send(group: ReadonlyMap<number, Waiting>): Promise<boolean> {
    for (const partition of group.keys()) this.#acknowledged.delete(partition)
    try {
      await this.#consumer.commitOffsets(
        [...group].map(([partition, { offset }]) => ({
          topic: this.#topic,
          partition,
          offset: String(offset),
        })),
      )
      return true
    } catch (error) {
      if (NOT_OURS.has(errorType(error) ?? '')) return false
      throw new QueueError('io', `Kafka did not commit: ${reasonOf(error)}`, { cause: error })
    }
  }
}

import { setTimeout as pause } from 'node:timers/promises'
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs'
import type { GroupHandler, GroupOptions } from '../group-port.ts'
import { QueueError, type QueueItem } from '../port.ts'
import { errorType } from './client.ts'
import { type AcceptMessage, itemOf } from './message-items.ts'
import { OffsetCommits } from './offset-commits.ts'
import { PartitionFeed } from './partition-feed.ts'
import { revokingAssigner } from './revoking-assigner.ts'

export interface GroupSessionParts extends Required<GroupOptions> {
  readonly kafka: Kafka
  readonly topic: string
  readonly accept: AcceptMessage
  readonly handler: GroupHandler
  /** Bytes of messages in memory, about, however many partitions there are. */
  readonly bufferBytes: number
}

/** Kafka answers a fetch after this long at the latest; a partition whose fetching was stopped waits as long. */
const MAX_WAIT_MILLIS = 250
const MIN_FETCH_BYTES = 64 << 10
/** A broker that does not answer is not waited for longer than this when leaving. */
const LEAVE_MILLIS = 3_000
const RETRY = { initialRetryTime: 50, maxRetryTime: 500, factor: 0, multiplier: 2, retries: 60 }

/**
 * One membership in a group, from joining until kafkajs gives up or it is closed. kafkajs only fetches: what comes waits
 * in a feed per partition, so its loop always turns and sends heartbeats, however long handling takes.
 */
export class GroupSession {
  /** Settles when the membership is over; with the error if it was not closed. */
  readonly ended: Promise<Error | undefined>
  readonly #parts: GroupSessionParts
  readonly #consumer: Consumer
  /** Of this membership too, since its connections may fall silent as well. */
  readonly #admin: Admin
  readonly #commits: OffsetCommits
  readonly #end = Promise.withResolvers<Error | undefined>()
  #feeds = new Map<number, PartitionFeed>()
  /** Of the division that is now. */
  #assigning: Promise<void> = Promise.resolve()
  /** Whether the handler knows of it. */
  #told = false
  #revoking: Promise<void> | undefined
  #closing = false
  #heardAt = performance.now()
  #joined = false

  constructor(parts: GroupSessionParts) {
    this.#parts = parts
    this.ended = this.#end.promise
    const { sessionMillis } = parts
    const heartbeatInterval = Math.max(50, Math.min(3_000, Math.floor(sessionMillis / 6)))
    this.#consumer = parts.kafka.consumer({
      groupId: parts.group,
      sessionTimeout: sessionMillis,
      rebalanceTimeout: Math.max(sessionMillis, 10_000),
      heartbeatInterval,
      maxWaitTimeInMs: Math.min(MAX_WAIT_MILLIS, heartbeatInterval),
      maxBytes: Math.max(MIN_FETCH_BYTES, parts.bufferBytes / 4),
      maxBytesPerPartition: Math.max(MIN_FETCH_BYTES, Math.min(parts.maxBytes, parts.bufferBytes / 16)),
      allowAutoTopicCreation: false,
      partitionAssigners: [revokingAssigner(() => this.#mayJoin())],
      // What kafkajs gives up, a new membership with new connections takes up.
      retry: { ...RETRY, restartOnFailure: async () => false },
    })
    this.#admin = parts.kafka.admin()
    this.#commits = new OffsetCommits(this.#consumer, parts.topic)
    const { events } = this.#consumer
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) =>
      this.#assigned(payload.memberAssignment[parts.topic] ?? []),
    )
    for (const sign of [events.HEARTBEAT, events.GROUP_JOIN])
      this.#consumer.on(sign, () => {
        this.#heardAt = performance.now()
      })
    this.#consumer.on(events.CRASH, ({ payload }) => void this.#crashed(payload.error))
    // kafkajs would go on with a connection on which nothing is answered any more.
    this.#consumer.on(
      events.REQUEST_TIMEOUT,
      ({ payload }) => void this.#crashed(new Error(`${payload.broker} has not answered`)),
    )
  }

  /** Joins and begins to fetch. Errors come through `ended`. */
  async start(): Promise<void> {
    try {
      await this.#admin.connect()
      await this.#consumer.connect()
      await this.#consumer.subscribe({ topics: [this.#parts.topic], fromBeginning: true })
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => this.#fetched(payload),
      })
    } catch (error) {
      await this.#crashed(error instanceof Error ? error : new Error(String(error)))
    }
  }

  get feeds(): ReadonlyMap<number, PartitionFeed> {
    return this.#feeds
  }

  /** Milliseconds since Kafka was last heard of; undefined before this member has joined. */
  get silentMillis(): number | undefined {
    return this.#joined ? performance.now() - this.#heardAt : undefined
  }

  /** Why a partition stands still although Kafka is there. */
  get standstill(): string | undefined {
    return [...this.#feeds.values()].find(({ standstill }) => standstill !== undefined)?.standstill
  }

  async commit(partition: number, position: bigint): Promise<boolean> {
    const feed = this.#feeds.get(partition)
    if (feed === undefined) return false
    if (feed.committed !== undefined && position <= feed.committed) return true
    if (feed.delivered === undefined || position > feed.delivered)
      throw new RangeError(`position ${position} of partition ${partition} was not delivered`)
    const kept = await this.#commits.commit(partition, position + 1n)
    if (kept && (feed.committed ?? -1n) < position) feed.committed = position
    return kept
  }

  /** How many records of each partition lie behind what is committed. */
  async lag(): Promise<ReadonlyMap<number, bigint>> {
    const lags = new Map<number, bigint>()
    if (this.#feeds.size === 0) return lags
    for (const { partition, high, low } of await this.#admin.fetchTopicOffsets(this.#parts.topic)) {
      const feed = this.#feeds.get(partition)
      if (feed === undefined) continue
      const next = feed.committed === undefined ? BigInt(low) : feed.committed + 1n
      lags.set(partition, BigInt(high) > next ? BigInt(high) - next : 0n)
    }
    return lags
  }

  /** Gives everything back, then leaves the group. */
  close(): Promise<void> {
    return this.#finish(undefined)
  }

  #crashed(error: Error): Promise<void> {
    return this.#finish(error)
  }

  async #finish(error: Error | undefined): Promise<void> {
    this.#closing = true
    await this.#revoke()
    const disconnected = Promise.allSettled([this.#consumer.disconnect(), this.#admin.disconnect()])
    const waiting = new AbortController()
    const late = pause(LEAVE_MILLIS, undefined, { signal: waiting.signal }).catch(() => undefined)
    await Promise.race([disconnected, late])
    waiting.abort()
    this.#end.resolve(error)
  }

  #mayJoin(): boolean {
    if (this.#closing) throw new QueueError('closed', 'the group member is closed')
    if (this.#feeds.size === 0 && this.#revoking === undefined) return true
    void this.#revoke()
    return false
  }

  #revoke(): Promise<void> {
    this.#revoking ??= this.#giveBack().finally(() => {
      this.#revoking = undefined
    })
    return this.#revoking
  }

  async #giveBack(): Promise<void> {
    const feeds = [...this.#feeds.values()]
    if (feeds.length === 0) return
    this.#joined = false
    try {
      await Promise.all([this.#assigning, ...feeds.map((feed) => feed.revoke())])
      if (this.#told) await this.#parts.handler.onRevoked(feeds.map(({ partition }) => partition))
    } catch (error) {
      this.#end.resolve(error instanceof Error ? error : new Error(String(error)))
    } finally {
      this.#feeds = new Map()
      this.#told = false
    }
  }

  #assigned(partitions: readonly number[]): void {
    this.#joined = true
    if (partitions.length === 0 || this.#closing) return
    const { topic, handler, maxBytes, retryMillis, accept } = this.#parts
    const fetching = (partition: number) => (on: boolean) => {
      const which = [{ topic, partitions: [partition] }]
      if (on) this.#consumer.resume(which)
      else this.#consumer.pause(which)
    }
    for (const partition of partitions)
      this.#feeds.set(
        partition,
        new PartitionFeed({
          partition,
          handler,
          maxBytes,
          retryMillis,
          bufferBytes: Math.max(MIN_FETCH_BYTES, this.#parts.bufferBytes / partitions.length),
          itemOf: (message) => itemOf(topic, partition, message, accept),
          fetching: fetching(partition),
        }),
      )
    // Nothing is fetched before it is known how far the group is.
    this.#consumer.pause([{ topic, partitions: [...partitions] }])
    this.#assigning = this.#begin([...this.#feeds.values()])
  }

  /** Learns how far the group is, tells the handler, and begins to fetch and deliver. */
  async #begin(feeds: readonly PartitionFeed[]): Promise<void> {
    const partitions = feeds.map(({ partition }) => partition)
    try {
      await this.#readCommitted(feeds)
      this.#told = true
      await this.#parts.handler.onAssigned(partitions)
      for (const feed of feeds) feed.start()
      this.#consumer.resume([{ topic: this.#parts.topic, partitions }])
    } catch (error) {
      void this.#crashed(error instanceof Error ? error : new Error(String(error)))
    }
  }

  async #readCommitted(feeds: readonly PartitionFeed[]): Promise<void> {
    const { group, topic } = this.#parts
    const [found] = await this.#admin.fetchOffsets({ groupId: group, topics: [topic] })
    const offsets = new Map(found?.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]))
    const kept = await this.#admin.fetchTopicOffsets(topic)
    const lows = new Map(kept.map(({ partition, low }) => [partition, BigInt(low)]))
    for (const feed of feeds) {
      const next = offsets.get(feed.partition) ?? -1n
      if (next < 0n) continue
      feed.committed = next - 1n
      feed.next = next
      const low = lows.get(feed.partition) ?? next
      if (low <= next) continue
      feed.push([], this.#lost(feed.partition, next, low))
      feed.next = low
      this.#consumer.seek({ topic, partition: feed.partition, offset: String(low) })
    }
  }

  async #fetched({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
    await this.#assigning
    const feed = this.#feeds.get(batch.partition)
    const first = batch.messages[0]
    if (feed === undefined || feed.revoking || first === undefined) return
    const from = BigInt(first.offset)
    feed.push(batch.messages, await this.#lostBefore(feed, from))
    feed.next = BigInt(batch.lastOffset()) + 1n
    resolveOffset(batch.lastOffset())
  }

  /** Where offsets are missing: whether Kafka has dropped records that the group never had. */
  async #lostBefore(
    feed: PartitionFeed,
    from: bigint,
  ): Promise<Extract<QueueItem, { kind: 'lost' }> | undefined> {
    const { next, partition } = feed
    if (next === undefined || from <= next) return undefined
    const { topic } = this.#parts
    const offsets = await this.#admin.fetchTopicOffsets(topic)
    const kept = BigInt(offsets.find((one) => one.partition === partition)?.low ?? 0)
    // Transactions take offsets too, without a message: only what lies before the first kept is gone.
    if (kept <= next) return undefined
    return this.#lost(partition, next, kept)
  }

  #lost(partition: number, from: bigint, to: bigint): Extract<QueueItem, { kind: 'lost' }> {
    const where = `topic ${this.#parts.topic}, partition ${partition}`
    return {
      kind: 'lost',
      position: to - 1n,
      reason: `Kafka no longer keeps offsets ${from} to ${to - 1n} of ${where}`,
    }
  }
}

/** Whether trying again cannot help, because somebody must change something first. */
export function isFinal(error: unknown): boolean {
  const type = errorType(error) ?? ''
  return (
    /AUTHORIZATION_FAILED$|SASL_AUTHENTICATION_FAILED|UNSUPPORTED_SASL|INVALID_GROUP_ID|INVALID_SESSION/.test(
      type,
    ) || /SASLAuthentication/.test(error instanceof Error ? error.name : '')
  )
}

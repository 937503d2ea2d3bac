import { setTimeout as pause } from 'node:timers/promises'
import kafkajs, { type CompressionTypes, type Kafka } from 'kafkajs'
import { QueueError } from '../port.ts'
import { bytesOf, type Sending, type SendingTarget, type Written } from '../sending.ts'
import { type ClientLog, errorType, type KafkaAddress, kafkaClient, reasonOf } from './client.ts'
import { partitionOf } from './placement.ts'
import { ProducerConnection } from './producer-connection.ts'
import { toMessage } from './record-message.ts'
import { ensureTopic, type TopicFacts, type TopicPlan } from './topics.ts'

/** Bodies of one produce request, unless one alone is larger. */
const GROUP_BYTES = 8 << 20
const GROUP_RECORDS = 500
/** Of a message beside header and body, and of the batch around them. */
const OVERHEAD_BYTES = 1_024
/** How long Kafka may take to have a batch on all its disks. */
const ACKS_MILLIS = 5_000
/** Without an answer for this long the connection is given up, and its records with it. */
const SILENT_MILLIS = 10_000
/** Less is not worth a call of the compressor. */
const COMPRESSED_FROM = 2_048
const RETRY_MILLIS = { first: 50, most: 1_000 }

export interface ProducerObserver {
  /** A produce request was acknowledged, after so many seconds. */
  produced?(seconds: number): void
  /** A produce request failed, or nobody knows. */
  failed?(reason: string): void
}

export interface ProducerOptions {
  readonly observer?: ProducerObserver
  /** Topics that are made with this one. */
  readonly beside?: readonly TopicPlan[]
  readonly log?: ClientLog
}

/** A record with its place in the topic. */
interface Placed {
  readonly sending: Sending
  readonly partition: number
}

/** What is still to be sent, and why. */
interface Unsent {
  readonly left: readonly Placed[]
  readonly failure: QueueError
}

/**
 * Writes records to a topic in order. One produce request is under way at a time and holds what has come meanwhile, of
 * all partitions: so the order is ours to keep, whatever is sent again, and requests grow with the load. It is no
 * idempotent producer (that of kafkajs loses count of its sequence numbers when an answer is lost): what is sent again
 * may stand in Kafka twice, under the same header, and so makes the same events.
 */
export class OrderedProducer implements SendingTarget {
  readonly #producer: ProducerConnection
  /** For groups that take longer to be sent than a broker may be silent. */
  readonly #largeProducer: ProducerConnection
  readonly #kafka: Kafka
  readonly #plan: TopicPlan
  readonly #beside: readonly TopicPlan[]
  readonly #observer: ProducerObserver
  #facts: TopicFacts | undefined
  #waiting: Sending[] = []
  #waitingBytes = 0
  #running: Promise<void> | undefined
  #closed = false

  constructor(address: KafkaAddress, plan: TopicPlan, options: ProducerOptions = {}) {
    this.#kafka = kafkaClient(address, options.log, SILENT_MILLIS)
    this.#largeProducer = new ProducerConnection(kafkaClient(address, options.log))
    this.#plan = plan
    this.#beside = options.beside ?? []
    this.#observer = options.observer ?? {}
    this.#producer = new ProducerConnection(this.#kafka)
  }

  get waitingBytes(): number {
    return this.#waitingBytes
  }

  /** The largest body that the topic takes; undefined while Kafka has not been reached. */
  get maxBodyBytes(): number | undefined {
    return this.#facts && this.#facts.maxMessageBytes - 64 * OVERHEAD_BYTES
  }

  send(record: Sending): void {
    if (this.#closed) {
      record.failed(new QueueError('closed', 'the queue is closed'))
      return
    }
    const bytes = bytesOf(record.item)
    const limit = this.maxBodyBytes ?? bytes
    if (bytes > limit) {
      // It may have been given more room meanwhile: the next one asks.
      this.#facts = undefined
      record.failed(this.#tooLarge(limit))
      return
    }
    this.#waiting.push(record)
    this.#waitingBytes += bytes
    this.#running ??= this.#run()
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#running
    await Promise.all([this.#producer.close(), this.#largeProducer.close()])
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const failure = await this.#sendGroup(this.#takeGroup())
      if (failure !== undefined) this.#failWaiting(failure)
    }
    this.#running = undefined
  }

  #takeGroup(): Sending[] {
    let bytes = 0
    let count = 0
    for (const { item } of this.#waiting) {
      const size = bytesOf(item)
      if (count > 0 && (bytes + size > this.#groupBytes || count === GROUP_RECORDS)) break
      bytes += size
      count++
    }
    return this.#waiting.splice(0, count)
  }

  /** A partition's share of a request is one batch, which must be within what the topic takes. */
  get #groupBytes(): number {
    return Math.min(GROUP_BYTES, (this.maxBodyBytes ?? GROUP_BYTES) / 2)
  }

  /** Settles every record of the group. Resolves to the error if some could not be stored. */
  async #sendGroup(group: readonly Sending[]): Promise<QueueError | undefined> {
    const deadline = performance.now() + Math.max(...group.map(({ patienceMillis }) => patienceMillis))
    let left: readonly Placed[] | undefined
    for (let wait = RETRY_MILLIS.first; ; wait = Math.min(2 * wait, RETRY_MILLIS.most)) {
      let failure: QueueError
      try {
        if (left === undefined) {
          const facts = await this.#ready()
          left = this.#place(this.#refuseTooLarge(group), facts)
        }
        if (left.length === 0) return undefined
        const outcome = await this.#attempt(left)
        if (outcome === undefined) return undefined
        left = outcome.left
        failure = outcome.failure
      } catch (error) {
        failure = asQueueError(error)
      }
      this.#observer.failed?.(failure.message)
      if (this.#closed || performance.now() + wait > deadline) {
        const lost = left?.map(({ sending }) => sending) ?? group
        this.#settle(lost, (sending) => sending.failed(failure))
        return failure
      }
      await pause(wait)
    }
  }

  /** One try: all together, and where that fails each partition alone, so that one in trouble holds up only itself. */
  async #attempt(placed: readonly Placed[]): Promise<Unsent | undefined> {
    const partitions = [...Map.groupBy(placed, ({ partition }) => partition).values()]
    const together = await this.#produce(placed)
    if (together === undefined) return undefined
    if (partitions.length === 1 && together.code !== 'too_large')
      return { left: [...placed], failure: together }
    const outcomes = await Promise.all(partitions.map((records) => this.#producePartition(records)))
    const unsent = outcomes.filter((one) => one !== undefined)
    const failure = unsent[0]?.failure
    return failure && { left: unsent.flatMap(({ left }) => left), failure }
  }

  /** Where all of a partition together are too large they go one by one, and only one that is so by itself is refused. */
  async #producePartition(placed: readonly Placed[]): Promise<Unsent | undefined> {
    const failure = await this.#produce(placed)
    if (failure === undefined) return undefined
    if (failure.code !== 'too_large') return { left: placed, failure }
    // The topic takes less than we knew.
    this.#facts = undefined
    if (placed.length === 1) {
      this.#observer.failed?.(failure.message)
      this.#settle(
        placed.map(({ sending }) => sending),
        (sending) => sending.failed(failure),
      )
      return undefined
    }
    for (const [index, record] of placed.entries()) {
      const outcome = await this.#producePartition([record])
      if (outcome !== undefined) return { left: placed.slice(index), failure: outcome.failure }
    }
    return undefined
  }

  /** What came before the topic was known is measured now. Gives the rest. */
  #refuseTooLarge(group: readonly Sending[]): Sending[] {
    const limit = this.maxBodyBytes ?? Number.POSITIVE_INFINITY
    const [fit, large] = [
      group.filter(({ item }) => bytesOf(item) <= limit),
      group.filter(({ item }) => bytesOf(item) > limit),
    ]
    this.#settle(large, (record) => record.failed(this.#tooLarge(limit)))
    return fit
  }

  #tooLarge(limit: number): QueueError {
    return new QueueError(
      'too_large',
      `the topic ${this.#plan.topic} takes records of ${limit} bytes at most`,
    )
  }

  /** One produce request; what it stores is settled. Resolves to the error where it fails. */
  async #produce(placed: readonly Placed[]): Promise<QueueError | undefined> {
    const start = performance.now()
    try {
      const large = placed.reduce((sum, { sending }) => sum + bytesOf(sending.item), 0) > GROUP_BYTES
      const answers = await (large ? this.#largeProducer : this.#producer).send({
        topic: this.#plan.topic,
        acks: -1,
        timeout: ACKS_MILLIS,
        compression: compressionOf(placed),
        messages: placed.map(({ sending, partition }) => toMessage(sending.key, partition, sending.item)),
      })
      this.#observer.produced?.((performance.now() - start) / 1000)
      const next = new Map(answers.map(({ partition, baseOffset }) => [partition, BigInt(baseOffset ?? 0)]))
      this.#settle(
        placed.map(({ sending }) => sending),
        (sending, index) => {
          const partition = placed[index]?.partition ?? 0
          const position = next.get(partition) ?? 0n
          next.set(partition, position + 1n)
          const written: Written = { partition, position }
          sending.stored(written)
        },
      )
      return undefined
    } catch (error) {
      return asQueueError(error)
    }
  }

  #settle(records: readonly Sending[], outcome: (record: Sending, index: number) => void): void {
    for (const [index, record] of records.entries()) {
      this.#waitingBytes -= bytesOf(record.item)
      outcome(record, index)
    }
  }

  #failWaiting(failure: QueueError): void {
    this.#settle(this.#waiting.splice(0), (record) => record.failed(failure))
  }

  #place(group: readonly Sending[], { partitions }: TopicFacts): Placed[] {
    return group.map((sending) => ({
      sending,
      partition: partitionOf(sending.key, sending.item, partitions),
    }))
  }

  /** Makes the topics at the first record, so that a start does not wait for Kafka. */
  async #ready(): Promise<TopicFacts> {
    if (this.#facts === undefined) {
      const admin = this.#kafka.admin()
      await admin.connect()
      try {
        for (const plan of this.#beside) await ensureTopic(admin, plan)
        this.#facts = await ensureTopic(admin, this.#plan)
      } finally {
        await admin.disconnect().catch(() => undefined)
      }
    }
    return this.#facts
  }
}

/** Bodies as received are mostly compressed already; those that are not make Kafka keep several times as much. */
function compressionOf(placed: readonly Placed[]): CompressionTypes {
  let [plain, all] = [0, 0]
  for (const {
    sending: { item },
  } of placed) {
    const bytes = bytesOf(item)
    all += bytes
    if (item.kind === 'record' && item.header.encoding === 'identity') plain += bytes
  }
  const { ZSTD, None } = kafkajs.CompressionTypes
  return plain >= COMPRESSED_FROM && 2 * plain > all ? ZSTD : None
}

function asQueueError(error: unknown): QueueError {
  if (error instanceof QueueError) return error
  const tooLarge = /^(MESSAGE|RECORD_LIST)_TOO_LARGE$/.test(errorType(error) ?? '')
  return new QueueError(tooLarge ? 'too_large' : 'io', `Kafka did not take it: ${reasonOf(error)}`, {
    cause: error,
  })
}

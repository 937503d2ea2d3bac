import { Arrivals } from './arrivals.ts'

export interface SpikeOptions {
  /** Before, and after. Events/s. */
  readonly base: number
  readonly peak: number
  readonly peakMinutes: number
  /** Ingest and Kafka take at most so many events/s; what is beyond is refused, and sent again in the next minute. */
  readonly takenPerSecond: number
  /** Indexers and Elasticsearch make at most so many events/s searchable. */
  readonly indexedPerSecond: number
  /** Kafka drops what is older. */
  readonly kafkaMinutes: number
  /** The simulation ends here if nothing has been drained until then. */
  readonly limitMinutes: number
}

/** A minute, with rates as its mean and stocks as they are at its end. */
export interface Minute {
  /** 1: the first of the spike. */
  readonly minute: number
  readonly offeredPerSecond: number
  readonly takenPerSecond: number
  /** Answered 429 or 503, with a time to come again. */
  readonly refusedPerSecond: number
  readonly searchablePerSecond: number
  /** Events in Kafka that are not searchable yet. */
  readonly waiting: number
  /** Events that senders still hold. */
  readonly heldBySenders: number
  /** Events that Kafka dropped before they were searchable, so far. */
  readonly lost: number
  /** Age of the oldest event that is not searchable, minutes. */
  readonly lagMinutes: number
}

export interface Spike {
  readonly minutes: readonly Minute[]
  /** Minute in which nothing waits any more; undefined: not within the limit. */
  readonly drainedAt: number | undefined
}

/** A spike from an empty queue, minute by minute, until everything is searchable again. */
export function simulateSpike(options: SpikeOptions): Spike {
  const queue = new Arrivals()
  const minutes: Minute[] = []
  let held = 0
  let lost = 0
  for (let minute = 1; minute <= options.limitMinutes; minute++) {
    const isSpike = minute <= options.peakMinutes
    const offered = (isSpike ? options.peak : options.base) * 60
    const taken = Math.min(offered + held, options.takenPerSecond * 60)
    const refused = offered + held - taken
    held = refused
    queue.add(minute, taken)
    const searchable = queue.take(options.indexedPerSecond * 60)
    lost += queue.dropBefore(minute - options.kafkaMinutes)
    minutes.push({
      minute,
      offeredPerSecond: offered / 60,
      takenPerSecond: taken / 60,
      refusedPerSecond: refused / 60,
      searchablePerSecond: searchable / 60,
      waiting: queue.events,
      heldBySenders: held,
      lost,
      lagMinutes: queue.oldest === undefined ? 0 : minute - queue.oldest + 1,
    })
    if (!isSpike && queue.events === 0 && held === 0) return { minutes, drainedAt: minute }
  }
  return { minutes, drainedAt: undefined }
}

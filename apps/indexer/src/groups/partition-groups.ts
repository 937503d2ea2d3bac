import { reasonOf } from '@heartwood/indexing'
import { type Append, type LogAppender, LogStoreError } from '@heartwood/log-store'
import type { QueueConsumer } from '@heartwood/queue'
import type { BatchLedger } from '../batches/batch-ledger.ts'
import type { WorkerLog } from '../workers/worker-log.ts'
import type { WorkerTally } from '../workers/worker-tally.ts'
import { type AppendParts, appendDurably } from './durable-append.ts'
import { EventGroup, type NextShow } from './event-group.ts'
import type { GroupLimits } from './group-limits.ts'
import { eventsOf, freeBatches, freeEvents, type ReadBatch } from './read-batch.ts'

export interface GroupsParts extends Omit<AppendParts, 'waiting' | 'appender'> {
  readonly appender: Pick<LogAppender, 'append' | 'show' | 'check'>
  readonly consumer: Pick<QueueConsumer, 'consume' | 'release'>
  readonly ledger: BatchLedger
  readonly tally: WorkerTally
  readonly log: WorkerLog
  readonly limits: GroupLimits
  /** Told why the partition does not get on, and with undefined that it does again. */
  readonly waiting: (partition: number, reason: string | undefined) => void
  /** Milliseconds that only grow. */
  readonly clock: () => number
}

/** So few of the rows that make a group full are shown once more before they are sealed: hardly any work beside that. */
const SHOWN_BEFORE_SEAL = 1 / 16

/**
 * Limits of the first group of a partition, by its number from half of what the others have to all of it: partitions in which as
 * much comes would all be sealed at the same moment else, again and again, and nothing be shown meanwhile.
 */
function firstLimits(limits: GroupLimits, partition: number): GroupLimits {
  const share = 1 - ((partition * GOLDEN_RATIO) % 1) / 2
  return { ...limits, rows: Math.ceil(limits.rows * share), millis: limits.millis * share }
}

/** Its multiples are spread evenly, however many there are. */
const GOLDEN_RATIO = 0.618_033_988_75

interface Sealing {
  readonly group: EventGroup
  readonly sealed: Promise<void>
}

/**
 * What one partition has gathered and not committed: the group that grows, and the one before it while that is sealed.
 * After a failure that only a new start from the committed position mends, `failed` aborts with the error.
 */
export class PartitionGroups {
  readonly partition: number
  readonly #parts: GroupsParts
  readonly #signal: AbortSignal
  readonly #failure = new AbortController()
  /** Called when what is due may have changed. */
  readonly #changed: () => void
  /** Where the group that is not begun yet will begin. */
  #from: bigint | null
  #open: EventGroup | undefined
  #isFirst = true
  #sealing: Sealing | undefined
  /** Whether the store is writing the group that is sealed: from then on what follows it can be shown. */
  #isUnderWay = false
  #showing: Promise<void> = Promise.resolve()

  /** @param signal when it aborts, a commit that does not get through is not tried again */
  constructor(
    parts: GroupsParts,
    partition: number,
    from: bigint | null,
    signal: AbortSignal,
    changed: () => void,
  ) {
    this.#parts = parts
    this.partition = partition
    this.#from = from
    this.#signal = signal
    this.#changed = changed
  }

  get failed(): AbortSignal {
    return this.#failure.signal
  }

  /** The group that grows. */
  get open(): EventGroup | undefined {
    return this.#open
  }

  /** The group that is being committed, and its end, which may be a failure. */
  get sealing(): Sealing | undefined {
    return this.#sealing
  }

  /** When there is something to show that can be shown, or undefined: it has to follow what is shown or being written. */
  get showAt(): number | undefined {
    const follows = this.#sealing === undefined || this.#isUnderWay || this.#sealing.group.isShown
    return follows ? this.#open?.showAt : undefined
  }

  /** Takes a batch in; waits where the group is full and the one before it is not committed yet. */
  async add(batch: ReadBatch): Promise<void> {
    const { limits, clock } = this.#parts
    if (this.#open?.takes(batch) === false) await this.beginSeal()
    const now = clock()
    this.#open ??= new EventGroup(
      this.#from,
      this.#isFirst ? firstLimits(limits, this.partition) : limits,
      now,
    )
    this.#isFirst = false
    this.#open.add(batch, now)
    this.#from = this.#open.to
    if (this.#open.full) await this.beginSeal()
    this.#changed()
  }

  /** Begins to commit the group that grows, once the one before it is committed; another can grow meanwhile. */
  async beginSeal(): Promise<void> {
    const group = this.#open
    while (this.#sealing !== undefined) await this.#sealing.sealed
    this.#failure.signal.throwIfAborted()
    // Somebody else who waited may have begun it.
    if (group === undefined || group !== this.#open) return
    this.#open = undefined
    const sealed = this.#commit(group)
    this.#sealing = { group, sealed }
    sealed
      .catch((error: unknown) => this.#failure.abort(error))
      .finally(() => {
        this.#sealing = undefined
        this.#changed()
      })
  }

  /** Commits everything. */
  async seal(): Promise<void> {
    await this.beginSeal()
    await this.#sealing?.sealed
  }

  /** Makes the rows searchable that are not yet. It never throws: what cannot be shown is found after the commit. */
  async show(): Promise<void> {
    await this.#showing
    const group = this.#open
    const next = group?.nextShow
    if (group === undefined || next === undefined) return
    this.#showing = this.#show(group, next)
    await this.#showing
  }

  async #show(group: EventGroup, next: NextShow): Promise<void> {
    const { appender, ledger, tally, log, clock } = this.#parts
    const { partition } = this
    const started = clock()
    try {
      const { from, to, batches } = next
      const events = eventsOf(batches)
      await appender.show({ partition, from, to, events }).finally(() => freeEvents(events, batches))
      group.shown(next)
      tally.showed(events.length, clock() - started)
      tally.visible(ledger.visible(partition, to))
    } catch (error) {
      group.showable = false
      if (error instanceof LogStoreError && error.code === 'superseded') this.#failure.abort(error)
      else if (!this.#signal.aborted)
        log('warn', `partition ${partition} is searchable only after its commit: ${reasonOf(error)}`, {
          partition,
          err: error,
        })
    }
  }

  async #append(append: Append): Promise<{ applied: boolean }> {
    this.#isUnderWay = true
    this.#changed()
    try {
      return await this.#parts.appender.append(append)
    } finally {
      this.#isUnderWay = false
    }
  }

  async #commit(group: EventGroup): Promise<void> {
    const { partition } = this
    const { ledger, tally, log, clock, consumer } = this.#parts
    // A row is encoded in one place at a time.
    await this.#showing
    // A commit takes long, and waits for those of other partitions: what came last would be found only after it.
    const rest = group.rest(this.#parts.limits.rows * SHOWN_BEFORE_SEAL)
    if (rest !== undefined) {
      this.#showing = this.#show(group, rest)
      await this.#showing
    }
    const started = clock()
    const waiting = (reason: string | undefined) => this.#parts.waiting(partition, reason)
    const committed = await appendDurably(
      {
        ...this.#parts,
        waiting,
        appender: {
          append: (append) => this.#append(append),
          check: (events) => this.#parts.appender.check(events),
        },
      },
      partition,
      group.from,
      group.batches,
      this.#signal,
    )
    tally.committed(committed, clock() - started)
    tally.visible(ledger.visible(partition, group.to))
    ledger.committed(
      partition,
      group.to,
      committed.flatMap(({ records }) => records.flatMap(({ receipt }) => (receipt ? [receipt] : []))),
    )
    freeBatches(group.batches)
    // What is committed is found; a queue that cannot delete its files now is asked again with the next commit.
    await consumer.release(partition, group.to).catch((error: unknown) => {
      log('warn', 'the queue could not release what is committed', { partition, err: error })
    })
  }
}

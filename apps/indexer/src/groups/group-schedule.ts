import { nextTick } from 'node:process'
import type { EventGroup } from './event-group.ts'
import type { MemoryLimits } from './group-limits.ts'
import type { PartitionGroups } from './partition-groups.ts'
import { ShowPace } from './show-pace.ts'

export interface ScheduleOptions {
  readonly memory: MemoryLimits
  /** Milliseconds that only grow. */
  readonly clock: () => number
  /** Milliseconds this thread has had the processor. */
  readonly busyMillis: () => number
  /** Milliseconds it was ready to run and did not have it. */
  readonly waitedMillis: () => number
}

/**
 * From this part of the thread's memory on the largest group is sealed. What is left takes in what comes meanwhile, and
 * with two partitions a thread, each group that is sealed for it has 32 K rows.
 */
const SEAL_SHARE = 2 / 3

/** So much faster goes the clock by which shows are paced while the thread is idle: then they keep nobody waiting. */
const IDLE_RATE = 4

/**
 * The clock of all partitions of a thread: shows what is due, one partition at a time and not more often than the pace
 * of the thread allows; seals what is too old; and holds the groups within the thread's memory by sealing the largest.
 */
export class GroupSchedule {
  readonly #options: ScheduleOptions
  readonly #partitions = new Set<PartitionGroups>()
  readonly #pace = new ShowPace()
  #wake: () => void = () => undefined

  constructor(options: ScheduleOptions) {
    this.#options = options
  }

  add(groups: PartitionGroups): Disposable {
    this.#partitions.add(groups)
    return {
      [Symbol.dispose]: () => {
        this.#partitions.delete(groups)
        this.changed()
      },
    }
  }

  /** What is due may have changed. */
  readonly changed = (): void => this.#wake()

  /** Seals the group of a partition now, if it has one. */
  flush(partition: number): void {
    for (const groups of this.#partitions) if (groups.partition === partition) beginSeal(groups)
  }

  /** Shows of a partition that stand until its group is committed. */
  showsOf(partition: number): number {
    let shows = 0
    for (const { partition: own, open, sealing } of this.#partitions)
      if (own === partition) shows += (open?.shows ?? 0) + (sealing?.group.shows ?? 0)
    return shows
  }

  /** Runs until `signal` aborts. Never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const stop = () => this.#wake()
    signal.addEventListener('abort', stop)
    while (!signal.aborted) {
      const now = this.#options.clock()
      for (const groups of this.#partitions) if (sealAt(groups) <= now) beginSeal(groups)
      const next = earliest(this.#partitions)
      const mayShowAt = now + Math.max(0, this.#pace.notBefore - this.#paceClock()) / IDLE_RATE
      const showAt = next === undefined ? Number.POSITIVE_INFINITY : Math.max(next.at, mayShowAt)
      if (next !== undefined && showAt <= now) await this.#show(next.groups)
      else await this.#until(Math.min(showAt, ...Array.from(this.#partitions, sealAt)), now)
    }
    signal.removeEventListener('abort', stop)
  }

  /**
   * Resolves when the groups together are within the memory of the thread, `signal` aborts, or there is nothing to wait
   * for, since a partition has failed and lets its group go. The largest is sealed well before they are over it: who reads
   * waits only where more comes in than the thread can write.
   */
  async room(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const share = this.#share()
      if (share > SEAL_SHARE && this.#sealing().length === 0) {
        const largest = largestOpen(this.#partitions, this.#options.memory)
        if (largest !== undefined) beginSeal(largest)
      }
      const sealing = this.#sealing()
      if (share <= 1 || sealing.length === 0) return
      await Promise.race(sealing).catch(() => undefined)
    }
  }

  async #show(groups: PartitionGroups): Promise<void> {
    const { busyMillis } = this.#options
    const started = this.#paceClock()
    const busy = busyMillis()
    const shown = groups.show()
    // Its rows are joined and encoded before it waits for the first time, for the disk; nobody else has the thread until then.
    await new Promise<void>((resolve) => nextTick(resolve))
    this.#pace.showed(started, busyMillis() - busy)
    await shown
  }

  /**
   * A clock that stands while others have the processor: where the machine is busy a tenth of all time would be a large
   * part of what this thread gets of it. And it runs faster while the thread has nothing to do.
   */
  #paceClock(): number {
    const { clock, waitedMillis, busyMillis } = this.#options
    const busy = busyMillis()
    return busy + (clock() - waitedMillis() - busy) * IDLE_RATE
  }

  /** The ends of all commits that have begun. */
  #sealing(): Promise<void>[] {
    return Array.from(this.#partitions).flatMap((groups) => groups.sealing?.sealed ?? [])
  }

  /** What part of the thread's memory all groups take together. */
  #share(): number {
    const { memory } = this.#options
    let rows = 0
    let bytes = 0
    for (const { open, sealing } of this.#partitions) {
      for (const group of [open, sealing?.group]) {
        rows += group?.rows ?? 0
        bytes += group?.memory ?? 0
      }
    }
    return shareOf({ rows, memory: bytes }, memory)
  }

  async #until(at: number, now: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#wake = resolve
    const timer = Number.isFinite(at) ? setTimeout(resolve, Math.max(0, at - now)) : undefined
    await promise
    clearTimeout(timer)
    this.#wake = () => undefined
  }
}

/** A failure is seen by the partition itself. */
function beginSeal(groups: PartitionGroups): void {
  groups.beginSeal().catch(() => undefined)
}

/** A group that waits for the one before it is sealed as soon as that is: it is asked again then. */
function sealAt({ open, sealing, failed }: PartitionGroups): number {
  const isIdle = open === undefined || sealing !== undefined || failed.aborted
  return isIdle ? Number.POSITIVE_INFINITY : open.sealAt
}

function earliest(
  partitions: Iterable<PartitionGroups>,
): { readonly groups: PartitionGroups; readonly at: number } | undefined {
  let found: { groups: PartitionGroups; at: number } | undefined
  for (const groups of partitions) {
    const at = groups.showAt
    if (at !== undefined && at < (found?.at ?? Number.POSITIVE_INFINITY)) found = { groups, at }
  }
  return found
}

function largestOpen(
  partitions: Iterable<PartitionGroups>,
  memory: MemoryLimits,
): PartitionGroups | undefined {
  let largest: PartitionGroups | undefined
  let most = 0
  for (const groups of partitions) {
    if (groups.open === undefined || groups.sealing !== undefined) continue
    const share = shareOf(groups.open, memory)
    if (share > most) largest = groups
    most = Math.max(most, share)
  }
  return largest
}

/** What part of the thread's memory it takes; more than 1 is too much. */
function shareOf({ rows, memory }: Pick<EventGroup, 'rows' | 'memory'>, limits: MemoryLimits): number {
  return Math.max(rows / limits.rows, memory / limits.bytes)
}

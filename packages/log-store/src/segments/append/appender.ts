import { basename } from 'node:path'
import type { EventBatch } from '@heartwood/event'
import type { Append, LogAppender, Show } from '../../port.ts'
import { LogStoreError } from '../../port.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import { Lock } from '../lock.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import { asStoreError } from '../store-error.ts'
import type { AppendCoordinator, Outcome } from './append-coordinator.ts'
import { planColumns } from './column-plan.ts'
import { LIVE_SUFFIX, segmentPath, tryEncoding, writeLiveSegment } from './segment-file.ts'
import { segmentRows } from './segment-rows.ts'
import { dropDeleted } from './tombstones.ts'
import { removingOnFailure, writeRows } from './write-rows.ts'

/** The appends and shows of a partition, each in their order; and where the append under way will take it. */
interface PartitionTurns {
  readonly appends: Lock
  readonly shows: Lock
  underWay: bigint | null
}

/**
 * Takes events in: encodes them and writes their files in its own thread, and has the coordinator make them count.
 * Partitions go on beside each other, and shows beside appends.
 */
export class SegmentsAppender implements LogAppender {
  readonly #files: DurableFiles
  readonly #coordinator: AppendCoordinator
  readonly #partitions = new Map<number, PartitionTurns>()
  #closed = false

  constructor(files: DurableFiles, coordinator: AppendCoordinator) {
    this.#files = files
    this.#coordinator = coordinator
  }

  append(append: Append): Promise<{ applied: boolean }> {
    const turns = this.#turns(append.partition)
    return this.#run(turns.appends, async () => {
      turns.underWay = append.to
      try {
        return { applied: (await this.#append(append)) === 'applied' }
      } finally {
        turns.underWay = null
      }
    })
  }

  show(show: Show): Promise<{ applied: boolean }> {
    const turns = this.#turns(show.partition)
    return this.#run(turns.shows, async () => ({ applied: (await this.#show(show, turns)) === 'applied' }))
  }

  async check(events: EventBatch): Promise<void> {
    if (this.#closed) throw closed()
    await this.#reserve(events)
    for (const { batch } of segmentRows(events)) await tryEncoding(batch, this.#coordinator.catalog)
  }

  position(partition: number): bigint | null {
    return this.#coordinator.position(partition)
  }

  async seenBatches(partition: number, batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (this.#closed) throw closed()
    return this.#coordinator.seenBatches(partition, batchIds)
  }

  onFlush(listener: (partition: number) => void): void {
    this.#coordinator.onFlush(listener)
  }

  /** What is under way ends first. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const { appends, shows } of this.#partitions.values()) {
      await appends.idle()
      await shows.idle()
    }
    await this.#coordinator.leave()
  }

  async #append({
    partition,
    from,
    to,
    events,
    deadLetters,
    batches,
    replayed = [],
  }: Append): Promise<Outcome> {
    const coordinator = this.#coordinator
    const committed = coordinator.position(partition)
    if (committed !== null && to <= committed) return 'known'
    if (from !== committed) throw positionGap(partition, committed, from)
    for (;;) {
      const { deletes } = coordinator
      const { segments, created } = await this.#seal(dropDeleted(events, deletes.committed))
      const outcome = await coordinator.commit({
        partition,
        from,
        to,
        segments,
        created,
        dead_letters: [...deadLetters],
        replayed: [...replayed],
        receipts: batches.map((batch) => [
          batch.batch_id,
          batch.received_at,
          batch.events,
          batch.dead_letters,
        ]),
        deletes: deletes.commits,
      })
      if (outcome !== 'outdated') return outcome
    }
  }

  async #seal(events: EventBatch): Promise<{ segments: SegmentInfo[]; created: string[] }> {
    const { dir } = this.#coordinator
    const created: string[] = []
    const segments = await removingOnFailure(this.#files, created, async () => {
      await this.#reserve(events)
      const nextName = () => this.#coordinator.nextName()
      return writeRows(this.#files, dir, events, this.#coordinator.catalog, nextName, created)
    })
    return { segments, created: created.map((path) => basename(path)) }
  }

  async #show({ partition, from, to, events }: Show, turns: PartitionTurns): Promise<Outcome> {
    const coordinator = this.#coordinator
    for (;;) {
      const committed = coordinator.position(partition)
      if (committed !== null && to <= committed) return 'known'
      const { deletes } = coordinator
      const kept = dropDeleted(events, [...deletes.committed, ...deletes.running])
      const segment = kept.length === 0 ? undefined : await this.#encodeLive(kept)
      const outcome = await coordinator.show({
        partition,
        from,
        to,
        ...(segment && { segment }),
        under_way: turns.underWay,
        deletes: deletes.begins,
      })
      if (outcome !== 'outdated') return outcome
    }
  }

  async #encodeLive(events: EventBatch): Promise<SegmentInfo> {
    const { dir } = this.#coordinator
    const file = `${this.#coordinator.nextName()}${LIVE_SUFFIX}`
    return removingOnFailure(this.#files, [segmentPath(dir, file)], async () => {
      await this.#reserve(events)
      return writeLiveSegment(this.#files, dir, file, events, this.#coordinator.catalog)
    })
  }

  /** Sees to it that the catalog has every column that the batch can have. */
  async #reserve(events: EventBatch): Promise<void> {
    const { added } = planColumns(events, this.#coordinator.catalog)
    if (added.length === 0) return
    await this.#coordinator.reserve(added.map(([, area, key, type]) => [area, key, type]))
  }

  #turns(partition: number): PartitionTurns {
    let turns = this.#partitions.get(partition)
    if (turns === undefined) {
      turns = { appends: new Lock(), shows: new Lock(), underWay: null }
      this.#partitions.set(partition, turns)
    }
    return turns
  }

  #run<T>(lock: Lock, task: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closed())
    return lock.run(async () => {
      try {
        return await task()
      } catch (error) {
        throw asStoreError(error)
      }
    })
  }
}

function closed(): LogStoreError {
  return new LogStoreError('closed', 'the log store is closed')
}

export function positionGap(partition: number, committed: bigint | null, from: bigint | null): LogStoreError {
  return new LogStoreError(
    'position_gap',
    `partition ${partition} is at ${committed ?? 'its start'}, what begins at ${from ?? 'the start'} does not follow`,
  )
}

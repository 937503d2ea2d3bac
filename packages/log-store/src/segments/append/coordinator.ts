import { basename, join } from 'node:path'
import type { DeadLetterFilter } from '@heartwood/event'
import { FLUSH_MILLIS, FlushRequests } from '../../flush-requests.ts'
import { LogStoreError, type StoreStats } from '../../port.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import type { LiveSegments } from '../live/live-segments.ts'
import { Lock } from '../lock.ts'
import { type Ballast, withBallast } from '../manifest/ballast.ts'
import type { BatchWindow } from '../manifest/batch-window.ts'
import type { Committer } from '../manifest/committer.ts'
import { DeadLetterChanges } from '../manifest/dead-letter-changes.ts'
import type { FieldCatalog } from '../manifest/field-catalog.ts'
import type { Delta, FieldEntry, NewField, SegmentInfo, Tombstone } from '../manifest/manifest-format.ts'
import type { ManifestState } from '../manifest/manifest-state.ts'
import { asStoreError } from '../store-error.ts'
import type { AppendCoordinator, EncodedShow, Outcome, SealedAppend } from './append-coordinator.ts'
import { positionGap } from './appender.ts'
import { Deletes, type HeldDeletes } from './deletes.ts'
import { liveDirectory, segmentPath, segmentsDirectory } from './segment-file.ts'
import { removingOnFailure } from './write-rows.ts'

export interface CoordinatorParts {
  readonly files: DurableFiles
  readonly dir: string
  readonly committer: Committer
  readonly live: LiveSegments
  readonly window: BatchWindow
  readonly nextName: () => string
  readonly flushMillis?: number | undefined
}

/** What an appender in another thread is told, as it happens. */
export interface CoordinatorEvents {
  fields(added: readonly FieldEntry[]): void
  position(partition: number, position: bigint): void
  deletes(held: HeldDeletes): void
  flush(partition: number): void
  closed(): void
}

/**
 * The one place where what appenders have written begins to count: commits follow each other, shows go on beside them,
 * and deletes, merges and retention take their turn among the commits.
 */
export class Coordinator implements AppendCoordinator {
  readonly #parts: CoordinatorParts
  readonly #commits = new Lock()
  readonly #deletes: Deletes
  readonly #deadLetters: DeadLetterChanges
  readonly #flushes: FlushRequests
  readonly #listeners = new Set<CoordinatorEvents>()
  #closed = false

  constructor(parts: CoordinatorParts) {
    this.#parts = parts
    this.#deletes = new Deletes(parts.committer.state.tombstones)
    this.#deadLetters = new DeadLetterChanges(parts)
    this.#flushes = new FlushRequests(parts.flushMillis ?? FLUSH_MILLIS)
    this.#flushes.onFlush((partition) => this.#tell((listener) => listener.flush(partition)))
  }

  get dir(): string {
    return this.#parts.dir
  }

  get catalog(): FieldCatalog {
    return this.#parts.committer.fields
  }

  get deletes(): HeldDeletes {
    return this.#deletes.held
  }

  get positions(): ReadonlyMap<number, bigint> {
    return this.#state.positions
  }

  get #state(): ManifestState {
    return this.#parts.committer.state
  }

  nextName(): string {
    return this.#parts.nextName()
  }

  position(partition: number): bigint | null {
    return this.#state.positions.get(partition) ?? null
  }

  async seenBatches(partition: number, batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    this.#assertOpen()
    return new Set(batchIds.filter((batchId) => this.#parts.window.has(partition, batchId)))
  }

  async reserve(columns: readonly NewField[]): Promise<void> {
    this.#assertOpen()
    const added = this.#parts.committer.reserve(columns)
    if (added.length > 0) this.#tell((listener) => listener.fields(added))
  }

  onFlush(listener: (partition: number) => void): void {
    this.#flushes.onFlush(listener)
  }

  listen(listener: CoordinatorEvents): void {
    this.#listeners.add(listener)
  }

  unlisten(listener: CoordinatorEvents): void {
    this.#listeners.delete(listener)
  }

  commit(append: SealedAppend): Promise<Outcome> {
    return this.#locked(async () => {
      const { files, dir, committer, live } = this.#parts
      const created = append.created.map((file) => segmentPath(dir, file))
      const delta = await removingOnFailure(files, created, () => this.#deltaOf(append, created))
      if (typeof delta === 'string') {
        for (const path of created) await files.remove(path)
        return delta
      }
      await committer.commit(delta, created)
      const { partition, to } = append
      live.commit(partition, to)
      this.#flushes.changed()
      this.#tell((listener) => listener.position(partition, to))
      return 'applied'
    })
  }

  async show(show: EncodedShow): Promise<Outcome> {
    const { live, committer } = this.#parts
    const { partition } = show
    let outcome: Outcome = 'applied'
    const mayShow = () => {
      this.#assertOpen()
      committer.assertInPower()
      outcome = this.#outcomeOf(show)
      return outcome === 'applied'
    }
    try {
      await live.show(show, mayShow, () => committer.reserved)
    } catch (error) {
      throw asStoreError(error)
    }
    // A commit may have come while it was logged.
    const position = this.position(partition)
    if (position !== null) live.commit(partition, position)
    this.#flushes.changed()
    return outcome
  }

  async leave(): Promise<void> {}

  /** Runs what must not happen beside a commit. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    return this.#locked(async () => {
      this.#assertOpen()
      return task()
    })
  }

  /** Commits a change to the segments, with the ballast as the last reserve; only in turn. */
  async change(delta: Delta, created: readonly string[], ballast: Ballast): Promise<void> {
    await this.#parts.committer.commit(delta, created, ballast)
    if (delta.tombstone === undefined) return
    this.#deletes.commit(delta.tombstone, this.#state.tombstones)
    this.#tell((listener) => listener.deletes(this.deletes))
  }

  /**
   * Runs a delete. Meanwhile nothing new is shown that it covers; and before it begins, what is shown and it could touch
   * (`canHold`) has been appended. Throws LogStoreError `timeout` where that takes too long.
   */
  async deleting<T>(
    tombstone: Tombstone,
    canHold: (segment: SegmentInfo) => boolean,
    task: () => Promise<T>,
  ): Promise<T> {
    this.#deletes.begin(tombstone)
    this.#tell((listener) => listener.deletes(this.deletes))
    try {
      await this.#flushShown(canHold)
      return await task()
    } finally {
      this.#deletes.end(tombstone)
      this.#tell((listener) => listener.deletes(this.deletes))
    }
  }

  /** Only in turn. */
  async dismissDeadLetters(filter: DeadLetterFilter, ballast: Ballast): Promise<{ dismissed: number }> {
    const { committer } = this.#parts
    return withBallast(ballast, async () => {
      await committer.rollIfDue()
      const { gone, count } = await this.#deadLetters.matching(filter)
      if (count > 0) await committer.commit({ kind: 'delta', dead_letters_gone: gone }, [])
      return { dismissed: count }
    })
  }

  stats(): StoreStats {
    const stored = this.#state.stats()
    const shown = this.#parts.live.stats()
    return {
      ...stored,
      events: stored.events + shown.events,
      shown: shown.events,
      bytes: stored.bytes + shown.bytes,
    }
  }

  /** Removes what an appender left that went without a word: files that its names begin with and nobody knows. */
  async removeLeftovers(name: string): Promise<void> {
    const { files, dir, committer, live } = this.#parts
    await this.#commits.run(async () => {
      const known = new Set(
        [
          ...[...this.#state.segments.keys()],
          ...committer.unsettled,
          ...committer.removedPaths(),
          ...live.paths(),
        ].map(stemOf),
      )
      for (const directory of [segmentsDirectory(dir), liveDirectory(dir)]) {
        for (const file of await files.list(directory)) {
          const isLeft = file.includes(`${name}-`) && !known.has(stemOf(file))
          if (isLeft) await files.remove(join(directory, file))
        }
      }
    })
  }

  /** Ends every wait of a delete for what is shown; none begins any more. */
  stopFlushes(): void {
    this.#flushes.fail(closed())
  }

  /** What is under way ends first; then nothing is taken any more, from no thread. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#commits.idle()
    await this.#parts.live.close()
    this.#tell((listener) => listener.closed())
  }

  #locked<T>(task: () => Promise<T>): Promise<T> {
    return this.#commits.run(async () => {
      try {
        return await task()
      } catch (error) {
        throw asStoreError(error)
      }
    })
  }

  async #flushShown(canHold: (segment: SegmentInfo) => boolean): Promise<void> {
    const { live } = this.#parts
    // Shows that were let in before the delete began are in place then.
    await live.idle()
    const shown = new Set([...live.visible()].flatMap(({ segment }) => (canHold(segment) ? [segment] : [])))
    await this.#flushes.request(() => {
      const left = [...live.visible()].filter(({ segment }) => shown.has(segment))
      return new Set(left.map(({ partition }) => partition))
    })
  }

  #outcomeOf({ partition, from, to, under_way, deletes }: EncodedShow): Outcome {
    const committed = this.position(partition)
    if (committed !== null && to <= committed) return 'known'
    const follows =
      this.#parts.live.ranges.follows(partition, from, committed) || (from !== null && from === under_way)
    if (!follows) throw positionGap(partition, committed, from)
    return deletes === this.deletes.begins ? 'applied' : 'outdated'
  }

  async #deltaOf(append: SealedAppend, created: string[]): Promise<Delta | Exclude<Outcome, 'applied'>> {
    this.#assertOpen()
    const { partition, from, to, segments, receipts, dead_letters, replayed, deletes } = append
    const committed = this.position(partition)
    if (committed !== null && to <= committed) return 'known'
    if (from !== committed) throw positionGap(partition, committed, from)
    if (deletes !== this.deletes.commits) return 'outdated'
    await this.#parts.committer.rollIfDue()
    return {
      kind: 'delta',
      position: [partition, to],
      receipts,
      ...(segments.length > 0 && { add: segments }),
      ...(await this.#deadLetters.change(dead_letters, replayed, created)),
    }
  }

  #tell(event: (listener: CoordinatorEvents) => void): void {
    for (const listener of this.#listeners) event(listener)
  }

  #assertOpen(): void {
    if (this.#closed) throw closed()
  }
}

function closed(): LogStoreError {
  return new LogStoreError('closed', 'the log store is closed')
}

/** The name of a segment, without its folder and what follows the first dot: a file beside it shares it. */
function stemOf(path: string): string {
  return basename(path).split('.')[0] ?? path
}

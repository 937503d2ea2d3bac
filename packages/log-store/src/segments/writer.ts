import type { MessagePort } from 'node:worker_threads'
import type { DeadLetterFilter, EventBatch, Nanos } from '@heartwood/event'
import type { Append, DeleteRequest, LogWriter, Show, WriterStats } from '../port.ts'
import { LogStoreError } from '../port.ts'
import { SegmentsAppender } from './append/appender.ts'
import type { Coordinator } from './append/coordinator.ts'
import { LentPort } from './append/lent-port.ts'
import { dayOf, segmentFileName } from './append/segment-day.ts'
import { segmentPaths } from './append/segment-file.ts'
import { tombstoneOf } from './append/tombstones.ts'
import { removingOnFailure } from './append/write-rows.ts'
import { ColdMoves, moveOf } from './cold/cold-moves.ts'
import { type ColdPlace, isCold } from './cold/cold-place.ts'
import type { DurableFiles } from './files/durable-files.ts'
import type { LiveSegments } from './live/live-segments.ts'
import { Lock } from './lock.ts'
import type { Ballast } from './manifest/ballast.ts'
import type { Committer } from './manifest/committer.ts'
import type { Delta, SegmentInfo, Tombstone } from './manifest/manifest-format.ts'
import type { ManifestLog } from './manifest/manifest-log.ts'
import type { ManifestState } from './manifest/manifest-state.ts'
import { RemovedFiles } from './manifest/removed-files.ts'
import { expiredSegments, type RetentionLimits } from './manifest/retention.ts'
import { BackgroundMerges } from './merge/background-merges.ts'
import type { MergeLimits } from './merge/merge-plan.ts'
import { pathsOf, type Rewriter, type RewriteTask, type Rewritten } from './merge/rewrite.ts'
import { canHold, outlineOf, overlaps } from './questions/prune.ts'
import { asStoreError } from './store-error.ts'

export interface SegmentsWriterParts {
  readonly files: DurableFiles
  readonly dir: string
  readonly coordinator: Coordinator
  readonly committer: Committer
  readonly live: LiveSegments
  readonly log: ManifestLog
  readonly removed: RemovedFiles
  readonly ballast: Ballast
  readonly now: () => Nanos
  readonly nextName: () => string
  readonly merge: MergeLimits
  readonly rewriter: Rewriter
  readonly retention: RetentionLimits
  readonly cold: ColdPlace | undefined
  /** The generation of the manifest that the store was opened from, 0 for a new one. */
  readonly openedFrom: number
  /** Nanoseconds that files outlive their place in the manifest. */
  readonly grace: Nanos
}

/** The writer of a segment store, and of what other threads append to it. */
export interface SegmentsLogWriter extends LogWriter {
  /** Lets a thread append that does `connectSegmentsAppender` with the other end of the port. */
  lend(port: MessagePort): void
}

/**
 * The writer of the segment store. What a commit brings is on disk before the one record that makes it count; commits
 * follow each other, while merging, deleting and retention read and rewrite beside them and only commit in turn.
 */
export class SegmentsWriter implements SegmentsLogWriter {
  readonly #parts: SegmentsWriterParts
  readonly #appender: SegmentsAppender
  readonly #background = new Lock()
  readonly #merges: BackgroundMerges
  readonly #moves: ColdMoves | undefined
  /** Segments in the place of old ones that count no more. */
  readonly #coldRemoved: RemovedFiles
  #closed = false

  constructor(parts: SegmentsWriterParts) {
    this.#parts = parts
    this.#appender = new SegmentsAppender(parts.files, parts.coordinator)
    this.#merges = new BackgroundMerges({
      state: () => this.#state,
      now: parts.now,
      limits: parts.merge,
      rewrite: (task, groups) => this.#rewrite(task, groups),
      replace: (inputs, rewritten) => this.#replace(inputs, rewritten),
    })
    const { cold } = parts
    this.#coldRemoved = new RemovedFiles({ remove: async (file) => cold?.remove([file]) }, parts.grace)
    this.#moves =
      cold &&
      new ColdMoves({
        ...{ files: parts.files, dir: parts.dir, place: cold, now: parts.now },
        maxBytes: parts.retention.maxBytes,
        state: () => this.#state,
        openedFrom: parts.openedFrom,
        replace: (segment, by) => this.#move(segment, by),
        leaving: () => this.#coldRemoved.paths(),
      })
  }

  get #state(): ManifestState {
    return this.#parts.committer.state
  }

  append(append: Append): Promise<{ applied: boolean }> {
    return this.#appender.append(append)
  }

  show(show: Show): Promise<{ applied: boolean }> {
    return this.#appender.show(show)
  }

  check(events: EventBatch): Promise<void> {
    return this.#appender.check(events)
  }

  position(partition: number): bigint | null {
    return this.#appender.position(partition)
  }

  seenBatches(partition: number, batchIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#appender.seenBatches(partition, batchIds)
  }

  onFlush(listener: (partition: number) => void): void {
    this.#appender.onFlush(listener)
  }

  lend(port: MessagePort): void {
    new LentPort(this.#parts.coordinator, port)
  }

  async delete(request: DeleteRequest): Promise<{ deleted: number }> {
    this.#assertOpen()
    const { coordinator, now } = this.#parts
    const tombstone = tombstoneOf(request, now())
    const outline = outlineOf(request.query, tombstone.at)
    const canMatch = (segment: SegmentInfo) =>
      overlaps(segment, request.range) && canHold(segment, outline, request.range)
    // Only the rewriting takes its turn with the merges: what is shown may take long to be appended.
    return coordinator.deleting(tombstone, canMatch, () =>
      this.#run(() => this.#rewriteWithout(tombstone, canMatch)),
    )
  }

  enforceRetention(now: Nanos): Promise<{ segments: number; events: number }> {
    // Not behind a merge, which may take long: a full disk needs it now.
    return this.#parts.coordinator.inTurn(() => this.#enforceRetention(now))
  }

  maintain(): Promise<boolean> {
    return this.#run(() => this.#maintain())
  }

  dismissDeadLetters(filter: DeadLetterFilter): Promise<{ dismissed: number }> {
    const { coordinator, ballast } = this.#parts
    return coordinator.inTurn(() => coordinator.dismissDeadLetters(filter, ballast))
  }

  readonly stats = (): WriterStats => ({
    ...this.#parts.coordinator.stats(),
    mergeDebt: this.#merges.debt,
    ...(this.#moves && { cold: this.#moves.stats() }),
  })

  async close(): Promise<void> {
    this.#closed = true
    this.#parts.coordinator.stopFlushes()
    await this.#background.idle()
    await this.#appender.close()
    await this.#parts.coordinator.close()
    await this.#parts.rewriter.close()
    await this.#parts.log.close()
  }

  async #run<T>(task: () => Promise<T>): Promise<T> {
    return this.#background.run(async () => {
      this.#assertOpen()
      try {
        return await task()
      } catch (error) {
        throw asStoreError(error)
      }
    })
  }

  #assertOpen(): void {
    if (this.#closed) throw new LogStoreError('closed', 'the log store is closed')
  }

  /** Commits a change to the segments beside the appends, with the ballast as the last reserve. */
  async #change(delta: Delta, created: readonly string[]): Promise<void> {
    const { coordinator, ballast, removed, dir, now } = this.#parts
    const gone = (delta.remove ?? []).flatMap((file) => this.#state.segments.get(file) ?? [])
    await coordinator.change(delta, created, ballast)
    const { cold = [], here = [] } = Object.groupBy(gone, (one) => (isCold(one) ? 'cold' : 'here'))
    removed.add(
      here.flatMap(({ file }) => segmentPaths(dir, file)),
      now(),
    )
    if (cold.length === 0) return
    this.#moves?.left()
    this.#coldRemoved.add(
      cold.map(({ file }) => file),
      now(),
    )
  }

  async #enforceRetention(now: Nanos): Promise<{ segments: number; events: number }> {
    const { retention, removed } = this.#parts
    await removed.sweep(this.#parts.now())
    const expired = expiredSegments(this.#state.segments.values(), retention, now)
    if (expired.length > 0) {
      await this.#change({ kind: 'delta', remove: expired.map(({ file }) => file) }, [])
    }
    await this.#parts.committer.expireDeadLetters(now)
    return { segments: expired.length, events: expired.reduce((sum, { rows }) => sum + rows, 0) }
  }

  async #maintain(): Promise<boolean> {
    const { committer, live, now, removed, ballast } = this.#parts
    const swept = (await removed.sweep(now())) + (await live.sweep())
    await ballast.restore(committer.checkpointBytes)
    if (await this.#merges.round()) return true
    const moved = (await this.#moves?.round()) ?? false
    const sweptThere = this.#moves?.isBlocked === false ? await this.#coldRemoved.sweep(now()) : 0
    return moved || swept > 0 || sweptThere > 0
  }

  /** Puts new segments into the place of others, if all of these still count. */
  #replace(inputs: readonly SegmentInfo[], rewritten: readonly Rewritten[]): Promise<boolean> {
    const { dir, files } = this.#parts
    const created = pathsOf(dir, rewritten)
    return this.#parts.coordinator.inTurn(async () => {
      if (!inputs.every(({ file }) => this.#state.segments.has(file))) {
        // Retention took one of them meanwhile, whose rows must not come back.
        for (const path of created) await files.remove(path)
        return false
      }
      const add = rewritten.flatMap(({ replacements }) => replacements)
      await this.#change({ kind: 'delta', add, remove: inputs.map(({ file }) => file) }, created)
      return true
    })
  }

  /** Says where the files of a segment are now, if it still counts. */
  #move(segment: SegmentInfo, by: SegmentInfo): Promise<boolean> {
    return this.#parts.coordinator.inTurn(async () => {
      if (!this.#state.segments.has(segment.file)) return false
      await this.#change(moveOf(segment, by), [])
      return true
    })
  }

  #rewrite(task: RewriteTask, groups: SegmentInfo[][]): Promise<readonly Rewritten[]> {
    const { dir, rewriter, nextName } = this.#parts
    return rewriter.run({ dir, fields: this.#state.catalog.entries(), task, groups, name: nextName() })
  }

  /** A segment from the place of old ones as a file of this folder that no manifest names. */
  async #fetched(segment: SegmentInfo): Promise<AsyncDisposable & { readonly segment: SegmentInfo }> {
    const { cold, dir, files, nextName } = this.#parts
    if (cold === undefined)
      throw new LogStoreError(
        'unavailable',
        `${segment.file} is with the old logs, whose place is not set: set HEARTWOOD_ARCHIVE as it was`,
      )
    const { place: _, ...info } = segment
    const file = segmentFileName(dayOf(segment), nextName())
    const [parquet = '', idx = ''] = segmentPaths(dir, file)
    // What stays behind nobody knows of, so it goes when the store is opened again.
    const remove = async () => {
      for (const path of [parquet, idx]) await files.remove(path).catch(() => undefined)
    }
    try {
      await cold.fetch(segment, { parquet, idx })
    } catch (error) {
      await remove()
      throw error
    }
    return { segment: { ...info, file }, [Symbol.asyncDispose]: remove }
  }

  async #rewriteWithout(
    tombstone: Tombstone,
    canMatch: (segment: SegmentInfo) => boolean,
  ): Promise<{ deleted: number }> {
    const { files, dir, coordinator } = this.#parts
    const rewrites = new Map<string, Rewritten>()
    const created: string[] = []
    const rewriteTheRest = async () => {
      const segments = [...this.#state.segments.values()].filter(
        (segment) => !rewrites.has(segment.file) && canMatch(segment),
      )
      if (segments.length === 0) return
      const note = (of: readonly SegmentInfo[], rewritten: readonly Rewritten[]) => {
        created.push(...pathsOf(dir, rewritten))
        for (const [index, { file }] of of.entries()) {
          const outcome = rewritten[index]
          if (outcome !== undefined) rewrites.set(file, outcome)
        }
      }
      const { cold = [], here = [] } = Object.groupBy(segments, (one) => (isCold(one) ? 'cold' : 'here'))
      if (here.length > 0) {
        const groups = here.map((segment) => [segment])
        note(here, await this.#rewrite({ kind: 'remove', tombstone }, groups))
      }
      // One after the other, since each has to come here whole.
      for (const segment of cold) {
        await using fetched = await this.#fetched(segment)
        note([segment], await this.#rewrite({ kind: 'remove', tombstone }, [[fetched.segment]]))
      }
    }
    await rewriteTheRest()
    return coordinator.inTurn(async () => {
      // What was appended meanwhile is rewritten while no commit can slip in behind it.
      await removingOnFailure(files, created, rewriteTheRest)
      const changed = [...rewrites].filter(([, { deleted }]) => deleted > 0)
      // Retention may have taken a segment meanwhile, whose rows must not come back.
      const { live = [], gone = [] } = Object.groupBy(changed, ([file]) =>
        this.#state.segments.has(file) ? 'live' : 'gone',
      )
      const delta: Delta = {
        kind: 'delta',
        remove: live.map(([file]) => file),
        add: live.flatMap(([, { replacements }]) => replacements),
        tombstone,
      }
      await this.#change(delta, created)
      for (const path of gone.flatMap(([, outcome]) => pathsOf(dir, [outcome]))) await files.remove(path)
      return { deleted: live.reduce((sum, [, { deleted }]) => sum + deleted, 0) }
    })
  }
}

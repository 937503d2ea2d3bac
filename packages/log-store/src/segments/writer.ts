import { join } from 'node:path'
import type { Nanos } from '@heartwood/event'
import type { Append, DeleteRequest, LogWriter, WriterStats } from '../port.ts'
import { LogStoreError } from '../port.ts'
import { BackgroundMerges } from './background-merges.ts'
import type { Ballast } from './ballast.ts'
import type { BatchWindow } from './batch-window.ts'
import type { Committer } from './committer.ts'
import type { DurableFiles } from './durable-files.ts'
import { Lock } from './lock.ts'
import type { DeadLetterFileInfo, Delta, SegmentInfo } from './manifest-format.ts'
import type { ManifestLog } from './manifest-log.ts'
import type { ManifestState } from './manifest-state.ts'
import type { MergeLimits } from './merge-plan.ts'
import { canHold, outlineOf, overlaps } from './prune.ts'
import type { RemovedFiles } from './removed-files.ts'
import { expiredSegments, type RetentionLimits } from './retention.ts'
import { pathsOf, type Rewriter, type RewriteTask, type Rewritten } from './rewrite.ts'
import { extendedCatalog, segmentPath } from './segment-file.ts'
import { deadLettersDirectory, writeDeadLetters } from './side-files.ts'
import { asStoreError } from './store-error.ts'
import { dropDeleted, tombstoneOf } from './tombstones.ts'
import { removingOnFailure, writeRows } from './write-rows.ts'

export interface SegmentsWriterParts {
  readonly files: DurableFiles
  readonly dir: string
  readonly committer: Committer
  readonly log: ManifestLog
  readonly window: BatchWindow
  readonly removed: RemovedFiles
  readonly ballast: Ballast
  readonly now: () => Nanos
  readonly nextName: () => string
  readonly merge: MergeLimits
  readonly rewriter: Rewriter
  readonly retention: RetentionLimits
}

/** Dead letters of a commit above this many bytes get a file of their own. */
const LOGGED_DEAD_LETTER_BYTES = 256 * 1024

/**
 * The writer of the segment store. What a commit brings is on disk before the one record that makes it count; commits
 * follow each other, while merging, deleting and retention read and rewrite beside them and only commit in turn.
 */
export class SegmentsWriter implements LogWriter {
  readonly #parts: SegmentsWriterParts
  readonly #commits = new Lock()
  readonly #background = new Lock()
  readonly #merges: BackgroundMerges
  #closed = false

  constructor(parts: SegmentsWriterParts) {
    this.#parts = parts
    this.#merges = new BackgroundMerges({
      state: () => this.#state,
      now: parts.now,
      limits: parts.merge,
      rewrite: (task, groups) => this.#rewrite(task, groups),
      replace: (inputs, rewritten) => this.#replace(inputs, rewritten),
    })
  }

  get #state(): ManifestState {
    return this.#parts.committer.state
  }

  append(append: Append): Promise<{ applied: boolean }> {
    return this.#run(this.#commits, () => this.#append(append))
  }

  position(partition: number): bigint | null {
    return this.#state.positions.get(partition) ?? null
  }

  seenBatches(partition: number, batchIds: readonly string[]): ReadonlySet<string> {
    return new Set(batchIds.filter((batchId) => this.#parts.window.has(partition, batchId)))
  }

  delete(request: DeleteRequest): Promise<{ deleted: number }> {
    return this.#run(this.#background, () => this.#delete(request))
  }

  enforceRetention(now: Nanos): Promise<{ segments: number; events: number }> {
    // Not behind a merge, which may take long: a full disk needs it now.
    return this.#run(this.#commits, () => this.#enforceRetention(now))
  }

  maintain(): Promise<boolean> {
    return this.#run(this.#background, () => this.#maintain())
  }

  readonly stats = (): WriterStats => ({ ...this.#state.stats(), mergeDebt: this.#merges.debt })

  async close(): Promise<void> {
    this.#closed = true
    await this.#background.idle()
    await this.#commits.idle()
    await this.#parts.rewriter.close()
    await this.#parts.log.close()
  }

  async #run<T>(lock: Lock, task: () => Promise<T>): Promise<T> {
    return lock.run(async () => {
      if (this.#closed) throw new LogStoreError('closed', 'the log store is closed')
      try {
        return await task()
      } catch (error) {
        throw asStoreError(error)
      }
    })
  }

  async #append({
    partition,
    from,
    to,
    events,
    deadLetters,
    batches,
  }: Append): Promise<{ applied: boolean }> {
    const committed = this.position(partition)
    if (committed !== null && to <= committed) return { applied: false }
    if (from !== committed) {
      throw new LogStoreError(
        'position_gap',
        `partition ${partition} is at ${committed ?? 'its start'}, a commit from ${from ?? 'the start'} does not follow`,
      )
    }
    const kept = dropDeleted(events, this.#state.tombstones)
    const { catalog, added } = extendedCatalog(this.#state.catalog, kept)
    const created: string[] = []
    const { files, dir, nextName } = this.#parts
    const delta = await removingOnFailure(files, created, async (): Promise<Delta> => {
      const segments = await writeRows(files, dir, kept, catalog, nextName, created)
      const letters = await this.#writeDeadLetters(deadLetters, created)
      return {
        kind: 'delta',
        position: [partition, to],
        receipts: batches.map(({ batch_id, received_at, events, dead_letters }) => [
          batch_id,
          received_at,
          events,
          dead_letters,
        ]),
        ...(added.length > 0 && { fields: [...added] }),
        ...(segments.length > 0 && { add: segments }),
        ...letters,
      }
    })
    await this.#parts.committer.commit(delta, created)
    return { applied: true }
  }

  async #writeDeadLetters(
    letters: Append['deadLetters'],
    created: string[],
  ): Promise<Pick<Delta, 'dead_letters' | 'dead_letter_file'>> {
    if (letters.length === 0) return {}
    const logged = this.#state.deadLetters
    const all = [...logged, ...letters]
    const bytes = all.reduce((sum, letter) => sum + letter.sample.length + letter.reason.length + 200, 0)
    if (bytes <= LOGGED_DEAD_LETTER_BYTES) return { dead_letters: [...letters] }
    const { files, dir, nextName } = this.#parts
    const name = nextName()
    created.push(join(deadLettersDirectory(dir), `${name}.ndjson`))
    const dead_letter_file: DeadLetterFileInfo = await writeDeadLetters(files, dir, all, name)
    await files.syncDirectory(deadLettersDirectory(dir))
    return { dead_letter_file }
  }

  /** Commits a change to the segments beside the appends, with the ballast as the last reserve. */
  async #change(delta: Delta, created: readonly string[]): Promise<void> {
    const { committer, ballast, removed, dir, now } = this.#parts
    await committer.commit(delta, created, ballast)
    removed.add(
      (delta.remove ?? []).map((file) => segmentPath(dir, file)),
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
    return { segments: expired.length, events: expired.reduce((sum, { rows }) => sum + rows, 0) }
  }

  async #maintain(): Promise<boolean> {
    const { committer, now, removed, ballast } = this.#parts
    const swept = await removed.sweep(now())
    await ballast.restore(committer.checkpointBytes)
    return (await this.#merges.round()) || swept > 0
  }

  /** Puts new segments into the place of others, if all of these still count. */
  #replace(inputs: readonly SegmentInfo[], rewritten: readonly Rewritten[]): Promise<boolean> {
    const { dir, files } = this.#parts
    const created = pathsOf(dir, rewritten)
    return this.#commits.run(async () => {
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

  #rewrite(task: RewriteTask, groups: SegmentInfo[][]): Promise<readonly Rewritten[]> {
    const { dir, rewriter, nextName } = this.#parts
    return rewriter.run({ dir, fields: this.#state.catalog.entries(), task, groups, name: nextName() })
  }

  async #delete(request: DeleteRequest): Promise<{ deleted: number }> {
    const { files, dir, now } = this.#parts
    const tombstone = tombstoneOf(request, now())
    const outline = outlineOf(request.query, tombstone.at)
    const rewrites = new Map<string, Rewritten>()
    const created: string[] = []
    const rewriteTheRest = async () => {
      const segments = [...this.#state.segments.values()].filter(
        (segment) =>
          !rewrites.has(segment.file) &&
          overlaps(segment, request.range) &&
          canHold(segment, outline, request.range),
      )
      if (segments.length === 0) return
      const rewritten = await this.#rewrite(
        { kind: 'remove', tombstone },
        segments.map((segment) => [segment]),
      )
      created.push(...pathsOf(dir, rewritten))
      for (const [index, { file }] of segments.entries()) {
        const outcome = rewritten[index]
        if (outcome !== undefined) rewrites.set(file, outcome)
      }
    }
    await rewriteTheRest()
    return this.#commits.run(async () => {
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

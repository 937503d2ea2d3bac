import { join } from 'node:path'
import type { Nanos } from '@heartwood/event'
import type { Append, DeleteRequest, LogWriter, StoreStats } from '../port.ts'
import { LogStoreError } from '../port.ts'
import type { Ballast } from './ballast.ts'
import type { BatchWindow } from './batch-window.ts'
import type { Committer } from './committer.ts'
import type { DurableFiles } from './durable-files.ts'
import { Lock } from './lock.ts'
import type { DeadLetterFileInfo, Delta, SegmentInfo, Tombstone } from './manifest-format.ts'
import type { ManifestLog } from './manifest-log.ts'
import type { ManifestState } from './manifest-state.ts'
import { type MergeLimits, segmentsToMerge } from './merge-plan.ts'
import { canHold, outlineOf, overlaps } from './prune.ts'
import type { RemovedFiles } from './removed-files.ts'
import { expiredSegments, type RetentionLimits } from './retention.ts'
import { pathsOf, type Rewriter, type Rewritten, removingOnFailure, writeRows } from './rewrite.ts'
import { extendedCatalog, segmentPath } from './segment-file.ts'
import { deadLettersDirectory, writeDeadLetters } from './side-files.ts'
import { asStoreError } from './store-error.ts'
import { dropDeleted, tombstoneOf } from './tombstones.ts'

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
  readonly rewrite: Rewriter
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
  #closed = false

  constructor(parts: SegmentsWriterParts) {
    this.#parts = parts
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
    return this.#run(this.#background, () => this.#enforceRetention(now))
  }

  maintain(): Promise<boolean> {
    return this.#run(this.#background, () => this.#maintain())
  }

  readonly stats = (): StoreStats => this.#state.stats()

  async close(): Promise<void> {
    this.#closed = true
    await this.#background.idle()
    await this.#commits.idle()
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
    return this.#commits.run(async () => {
      const expired = expiredSegments(this.#state.segments.values(), retention, now)
      if (expired.length > 0) {
        await this.#change({ kind: 'delta', remove: expired.map(({ file }) => file) }, [])
      }
      return { segments: expired.length, events: expired.reduce((sum, { rows }) => sum + rows, 0) }
    })
  }

  async #maintain(): Promise<boolean> {
    const { dir, committer, merge, now, removed, ballast } = this.#parts
    const swept = await removed.sweep(now())
    await ballast.restore(committer.checkpointBytes)
    const inputs = segmentsToMerge(this.#state.segments.values(), merge, now())
    if (inputs === undefined) return swept > 0
    const rewritten = await this.#rewrite([inputs])
    const delta: Delta = {
      kind: 'delta',
      add: rewritten.flatMap(({ replacements }) => replacements),
      remove: inputs.map(({ file }) => file),
    }
    await this.#commits.run(() => this.#change(delta, pathsOf(dir, rewritten)))
    return true
  }

  #rewrite(groups: SegmentInfo[][], remove?: Tombstone): Promise<readonly Rewritten[]> {
    const { dir, rewrite, nextName } = this.#parts
    const fields = this.#state.catalog.entries()
    return rewrite({ dir, fields, groups, name: nextName(), ...(remove && { remove }) })
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
        segments.map((segment) => [segment]),
        tombstone,
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
      const delta: Delta = {
        kind: 'delta',
        remove: changed.map(([file]) => file),
        add: changed.flatMap(([, { replacements }]) => replacements),
        tombstone,
      }
      await this.#change(delta, created)
      return { deleted: changed.reduce((sum, [, { deleted }]) => sum + deleted, 0) }
    })
  }
}

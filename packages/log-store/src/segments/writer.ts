import { join } from 'node:path'
import { type EventBatch, isoFromNanos, NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import type { Append, DeleteRequest, LogWriter, StoreStats } from '../port.ts'
import { LogStoreError } from '../port.ts'
import type { Ballast } from './ballast.ts'
import type { BatchWindow } from './batch-window.ts'
import { asStoreError, type Committer } from './committer.ts'
import type { DurableFiles } from './durable-files.ts'
import type { FieldCatalog } from './field-catalog.ts'
import { Lock } from './lock.ts'
import type { DeadLetterFileInfo, Delta, SegmentInfo } from './manifest-format.ts'
import type { ManifestLog } from './manifest-log.ts'
import type { ManifestState } from './manifest-state.ts'
import { type MergeLimits, segmentsToMerge } from './merge-plan.ts'
import type { RemovedFiles } from './removed-files.ts'
import { expiredSegments, type RetentionLimits } from './retention.ts'
import {
  extendedCatalog,
  readSegments,
  segmentPath,
  segmentsDirectory,
  writeSegment,
} from './segment-file.ts'
import { segmentRows } from './segment-rows.ts'
import { deadLettersDirectory, writeDeadLetters } from './side-files.ts'
import { dropDeleted, rowsMatching, tombstoneOf, withoutRows } from './tombstones.ts'

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
    const delta = await this.#creating(created, async (): Promise<Delta> => {
      const segments = await this.#writeRows(kept, catalog, created)
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

  /** Stores rows as durable segment files. `created` has their paths, also those half-written by a failure. */
  async #writeRows(batch: EventBatch, catalog: FieldCatalog, created: string[]): Promise<SegmentInfo[]> {
    const { files, dir, nextName } = this.#parts
    const written: SegmentInfo[] = []
    for (const { day, batch: rows } of segmentRows(batch)) {
      const label = day === undefined ? 'stray-days' : isoFromNanos(day * NANOS_PER_DAY).slice(0, -14)
      const file = `${label}-${nextName()}.parquet`
      created.push(segmentPath(dir, file))
      written.push(await writeSegment(files, dir, file, rows, catalog))
    }
    if (written.length > 0) await files.syncDirectory(segmentsDirectory(dir))
    return written
  }

  /** Runs what creates files; where it fails, they are removed. */
  async #creating<T>(created: readonly string[], task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (error) {
      for (const path of created) await this.#parts.files.remove(path).catch(() => undefined)
      throw error
    }
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
    const { files, dir, committer, merge, now, removed, ballast } = this.#parts
    const swept = await removed.sweep(now())
    await ballast.restore(committer.checkpointBytes)
    const { catalog } = this.#state
    const inputs = segmentsToMerge(this.#state.segments.values(), merge, now())
    if (inputs === undefined) return swept > 0
    const created: string[] = []
    const add = await this.#creating(created, async () => {
      const rows = await readSegments(files, dir, inputs, catalog)
      return this.#writeRows(rows, catalog, created)
    })
    const delta: Delta = { kind: 'delta', add, remove: inputs.map(({ file }) => file) }
    await this.#commits.run(() => this.#change(delta, created))
    return true
  }

  async #delete(request: DeleteRequest): Promise<{ deleted: number }> {
    const at = this.#parts.now()
    const tombstone = tombstoneOf(request, at)
    const rewrites = new Map<string, Rewrite>()
    const created: string[] = []
    await this.#creating(created, () => this.#rewriteMatching(request, at, rewrites, created))
    return this.#commits.run(async () => {
      // What was appended meanwhile is rewritten under the lock; nothing can slip in behind it.
      await this.#creating(created, () => this.#rewriteMatching(request, at, rewrites, created))
      const changed = [...rewrites].filter(([, { deleted }]) => deleted > 0)
      await this.#change(
        {
          kind: 'delta',
          remove: changed.map(([file]) => file),
          add: changed.flatMap(([, { replacements }]) => replacements),
          tombstone,
        },
        created,
      )
      return { deleted: changed.reduce((sum, [, { deleted }]) => sum + deleted, 0) }
    })
  }

  /** Rewrites every live segment that may hold matching rows and is not in `rewrites` yet. */
  async #rewriteMatching(
    { query, range }: DeleteRequest,
    at: Nanos,
    rewrites: Map<string, Rewrite>,
    created: string[],
  ): Promise<void> {
    const { files, dir } = this.#parts
    for (const segment of [...this.#state.segments.values()]) {
      if (rewrites.has(segment.file)) continue
      if (segment.max_time < range.from || segment.min_time >= range.to) continue
      const { catalog } = this.#state
      const batch = await readSegments(files, dir, [segment], catalog)
      const matches = rowsMatching(batch, query, range, at)
      const rest = matches.length === 0 ? undefined : withoutRows(batch, matches)
      const replacements = rest === undefined ? [] : await this.#writeRows(rest, catalog, created)
      rewrites.set(segment.file, { replacements, deleted: matches.length })
    }
  }
}

/** What takes the place of a segment, and how many of its rows are gone. */
interface Rewrite {
  readonly replacements: readonly SegmentInfo[]
  readonly deleted: number
}

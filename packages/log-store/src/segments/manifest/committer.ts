import { NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import { LogStoreError } from '../../port.ts'
import { holdingTombstones } from '../append/tombstones.ts'
import type { DurableFiles } from '../files/durable-files.ts'
import { asStoreError } from '../store-error.ts'
import { type Ballast, withBallast } from './ballast.ts'
import type { BatchWindow, WindowLimits } from './batch-window.ts'
import { FieldCatalog, MAX_FIELDS } from './field-catalog.ts'
import type { Checkpoint, DeadLetterFileInfo, Delta, FieldEntry, NewField } from './manifest-format.ts'
import { CommitUncertain, type ManifestLog } from './manifest-log.ts'
import { ManifestState } from './manifest-state.ts'
import { type DeadLetterLimits, letterHorizon, moveDeadLetters } from './moved-dead-letters.ts'
import type { RemovedFiles } from './removed-files.ts'
import { moveSegments } from './shards.ts'
import { moveReceipts } from './side-files.ts'

/** Between two rounds in which dead letters go for their age, nanoseconds. */
const EXPIRY_PACE = 3_600n * NANOS_PER_SECOND
/** Letters that may still be in the log. */
const LOGGED_BYTES = 256 * 1024

export interface CommitterParts {
  readonly files: DurableFiles
  readonly dir: string
  readonly log: ManifestLog
  readonly state: ManifestState
  readonly window: BatchWindow
  readonly windowLimits: WindowLimits
  readonly deadLetterLimits: DeadLetterLimits
  readonly removed: RemovedFiles
  readonly rollBytes: number
  readonly now: () => Nanos
  readonly nextName: () => string
}

/**
 * Takes commits to the manifest and keeps the state in memory in step with what is durable: it changes only after the
 * sync. Commits must not run at the same time.
 */
export class Committer {
  readonly #parts: CommitterParts
  #state: ManifestState
  /** Every column that has an id: those of the state, then those that are reserved, in order. */
  readonly #fields: FieldCatalog
  /** Files of commits whose fate is open until the next generation. */
  #unsettled: string[] = []
  #checkpointBytes = 0

  constructor(parts: CommitterParts) {
    this.#parts = parts
    this.#state = parts.state
    this.#fields = new FieldCatalog(parts.state.catalog.entries())
  }

  get state(): ManifestState {
    return this.#state
  }

  get fields(): FieldCatalog {
    return this.#fields
  }

  /** Reserved columns that no manifest has yet. Every commit brings them all: an id is the place in the list. */
  get reserved(): readonly FieldEntry[] {
    const durable = this.#state.catalog.size
    return this.#fields.size === durable ? [] : this.#fields.entries().slice(durable)
  }

  /** Gives columns their ids, as many as there is room for, and gives those that are new. */
  reserve(columns: readonly NewField[]): readonly FieldEntry[] {
    const added: FieldEntry[] = []
    for (const [area, key, type] of columns) {
      if (this.#fields.size === MAX_FIELDS || this.#fields.find(area, key, type) !== undefined) continue
      const entry: FieldEntry = [this.#fields.nextId, area, key, type]
      this.#fields.add([entry])
      added.push(entry)
    }
    return added
  }

  /** Throws LogStoreError `superseded` once it is known that another writer has taken over. */
  assertInPower(): void {
    this.#parts.log.assertInPower()
  }

  /** Files whose fate is open: they must stay until the next generation. */
  get unsettled(): readonly string[] {
    return this.#unsettled
  }

  /** Files that readers may be in the middle of. */
  removedPaths(): Iterable<string> {
    return this.#parts.removed.paths()
  }

  /** Bytes that the last checkpoint took, with the shards that were written for it. */
  get checkpointBytes(): number {
    return this.#checkpointBytes
  }

  /**
   * Makes a delta durable and applies it. `created` are the files it brings, synced with their names; they are removed
   * again where it fails. On a full disk the ballast makes room for it.
   * Throws LogStoreError `disk_full` or `superseded`, or the error of the operating system.
   */
  async commit(change: Delta, created: readonly string[], ballast?: Ballast): Promise<void> {
    const { log } = this.#parts
    const { reserved } = this
    const delta = reserved.length === 0 ? change : { ...change, fields: [...reserved] }
    const append = async () => {
      await this.rollIfDue()
      this.#state.check(delta, this.#parts.dir)
      await log.append(delta)
    }
    try {
      await (ballast === undefined ? append() : withBallast(ballast, append))
    } catch (error) {
      throw await this.#failed(error, created)
    }
    this.#state.apply(delta)
    if (delta.position !== undefined && delta.receipts !== undefined) {
      this.#parts.window.addLogged(delta.position[0], delta.receipts)
    }
    // The commit stands whatever becomes of the roll; a failed one is tried again before the next commit.
    const full = log.length > Math.max(this.#parts.rollBytes, this.#checkpointBytes * 2)
    if (full || this.#hasTooManyDeadLetters) await this.roll().catch(() => undefined)
  }

  /**
   * Begins the generation without which nothing can be committed, where the last one failed. It puts dead letters into
   * other files: so what a commit says of these is worked out after this, and anew after a commit that failed.
   */
  async rollIfDue(): Promise<void> {
    if (this.#parts.log.needsRoll) await this.roll()
  }

  /** Begins a new generation with the whole state; what has changed of it goes to files of its own. */
  async roll(): Promise<void> {
    const { files, dir, log, window, windowLimits, deadLetterLimits, removed, now, nextName } = this.#parts
    const created: string[] = []
    const state = this.#state
    try {
      const receipts = await moveReceipts(
        files,
        dir,
        state.receiptFiles,
        state.receipts,
        windowLimits,
        nextName,
      )
      created.push(...receipts.created)
      const deadLetters = await moveDeadLetters(files, dir, state, deadLetterLimits, now(), nextName)
      created.push(...deadLetters.created)
      const shards = await moveSegments(files, dir, state, nextName)
      created.push(...shards.created)
      const checkpoint: Checkpoint = {
        kind: 'checkpoint',
        fields: state.catalog.entries(),
        shards: [...shards.files],
        positions: [...state.positions],
        receipt_files: [...receipts.files],
        dead_letter_files: [...deadLetters.files],
        dead_letters_dropped: state.droppedDeadLetters + deadLetters.dropped,
        tombstones: holdingTombstones(state.tombstones, now()),
      }
      await log.roll(checkpoint)
      const written = shards.files.filter((shard) => !state.shards.includes(shard))
      this.#checkpointBytes = written.reduce((sum, { bytes }) => sum + bytes, log.length)
      this.#state = new ManifestState(log.generation, log.epoch, checkpoint, state.segments.values())
      for (const partition of new Set(state.receipts.map((receipt) => receipt.partition))) {
        window.forgetLogged(partition)
      }
      for (const { info, receipts: stored } of receipts.made) {
        window.addFile(
          info.partition,
          info.file,
          stored.map(({ hash }) => hash),
        )
      }
      window.keepFiles(new Set(receipts.files.map(({ file }) => file)))
      removed.add([...receipts.obsolete, ...deadLetters.obsolete, ...shards.obsolete], now())
    } catch (error) {
      this.#unsettled.push(...created)
      throw error
    }
    for (const path of this.#unsettled.splice(0)) await files.remove(path).catch(() => undefined)
  }

  /** Drops the dead letters that are past the retention, once the oldest is for an hour; only in turn. */
  async expireDeadLetters(now: Nanos): Promise<void> {
    const horizon = letterHorizon(this.#parts.deadLetterLimits, now) - EXPIRY_PACE
    const isDue = ({ oldest }: DeadLetterFileInfo) => oldest !== undefined && oldest < horizon
    if (this.#state.deadLetterFiles.some(isDue)) await this.roll()
  }

  /** By a tenth, so that not every commit begins a generation. */
  get #hasTooManyDeadLetters(): boolean {
    const { count, bytes } = this.#parts.deadLetterLimits
    const kept = this.#state.deadLetterStats()
    return kept.count > count * 1.1 + 1 || kept.bytes > bytes * 1.1 + LOGGED_BYTES
  }

  async #failed(error: unknown, created: readonly string[]): Promise<unknown> {
    if (error instanceof LogStoreError && error.code === 'superseded') return error
    if (error instanceof CommitUncertain) {
      // It may be on disk, so its files must stay until a generation without it is.
      this.#unsettled.push(...created)
      await this.roll().catch(() => undefined)
      return asStoreError(error.cause)
    }
    for (const path of created) await this.#parts.files.remove(path).catch(() => undefined)
    return asStoreError(error)
  }
}

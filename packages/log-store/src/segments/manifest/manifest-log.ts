import { join } from 'node:path'
import { LogStoreError } from '../../port.ts'
import { type AppendFile, type DurableFiles, isDiskFull, isErrorCode } from '../files/durable-files.ts'
import { listGenerations, loadNewest, manifestPath } from './manifest-file.ts'
import { type Checkpoint, type Delta, printRecord } from './manifest-format.ts'
import { encodeRecord } from './manifest-record.ts'
import { ManifestState } from './manifest-state.ts'
import { ShardReader } from './shard-reader.ts'

/**
 * Says that a commit failed in a way that leaves open whether it is on disk: the files it names must be kept until a
 * new generation has settled the matter.
 */
export class CommitUncertain extends Error {
  constructor(cause: unknown) {
    super('the manifest could not be synced', { cause })
    this.name = 'CommitUncertain'
  }
}

/** A generation file this writer created; `length` is its whole, synced bytes. */
interface OpenGeneration {
  readonly generation: number
  readonly file: AppendFile
  length: number
}

/**
 * The writing side of the manifest log. Two writers cannot both commit: opening creates the next generation
 * exclusively *before* it reads the last one, and a commit counts only after its writer, having synced it, found no
 * generation above its own. So either the newcomer read the commit, or the old writer learns that it is superseded.
 */
export class ManifestLog {
  readonly #files: DurableFiles
  readonly #dir: string
  /** A generation above it belongs to another writer. */
  #owned: number
  /** Created and fenced, without a checkpoint so far. */
  #fenced: OpenGeneration | undefined
  /** The one commits go to. Undefined before the first `roll`, and when its file cannot be trusted any more. */
  #current: OpenGeneration | undefined
  /** The first generation it created. */
  readonly epoch: number
  #generation = 0
  #superseded = false

  private constructor(files: DurableFiles, dir: string, fenced: OpenGeneration) {
    this.#files = files
    this.#dir = dir
    this.#fenced = fenced
    this.#owned = fenced.generation
    this.epoch = fenced.generation
  }

  /** Fences every earlier writer off, then reads what the last one left. `roll` must follow before any `append`. */
  static async open(files: DurableFiles, dir: string): Promise<{ log: ManifestLog; state: ManifestState }> {
    let fenced: OpenGeneration | undefined
    while (fenced === undefined) {
      const [newest = 0] = await listGenerations(files, dir)
      fenced = await createGeneration(files, dir, newest + 1, newest + 1)
    }
    const log = new ManifestLog(files, dir, fenced)
    try {
      const below = (await listGenerations(files, dir)).filter((number) => number < log.owned)
      const loaded = await loadNewest(files, dir, below, new ShardReader(files, dir))
      const state = loaded?.state ?? ManifestState.empty()
      log.#generation = state.generation
      return { log, state }
    } catch (error) {
      await log.close()
      throw error
    }
  }

  /** The generation commits go to, or went to last. */
  get generation(): number {
    return this.#generation
  }

  /** The newest generation this writer created; no other writer ever has the same. */
  get owned(): number {
    return this.#owned
  }

  /** Bytes of the current generation. */
  get length(): number {
    return this.#current?.length ?? 0
  }

  /** Whether `roll` must come before the next `append`. */
  get needsRoll(): boolean {
    return this.#current === undefined
  }

  /**
   * Commits a delta: it is durable when this resolves, and no other writer has taken over. Throws the error of the
   * operating system when the disk is full and nothing is changed, CommitUncertain where that is open, or
   * LogStoreError `superseded`.
   */
  async append(delta: Delta): Promise<void> {
    this.assertInPower()
    const current = this.#current
    if (current === undefined) throw new Error('the manifest has no generation to append to')
    const record = encodeRecord(printRecord(delta))
    try {
      await current.file.write(record)
    } catch (error) {
      // On a full disk the record is not whole, so nobody can read it: cut it off.
      const cut = isDiskFull(error) && (await succeeds(current.file.truncate(current.length)))
      if (cut) throw error
      await this.#distrust()
      throw isDiskFull(error) ? error : new CommitUncertain(error)
    }
    try {
      await current.file.sync()
      await this.#assertNewest()
    } catch (error) {
      await this.#distrust()
      throw this.#superseded ? error : new CommitUncertain(error)
    }
    current.length += record.length
  }

  /**
   * Goes on in a new generation that begins with `checkpoint`, and removes the ones that no reader can need.
   * After a throw nothing can be committed before another `roll` succeeds, because readers may have seen this one.
   */
  async roll(checkpoint: Checkpoint): Promise<void> {
    this.assertInPower()
    const before = this.#generation
    await this.#distrust()
    const next = this.#fenced ?? (await this.#fence())
    this.#fenced = undefined
    try {
      const record = encodeRecord(printRecord(checkpoint))
      await next.file.write(record)
      await next.file.sync()
      next.length += record.length
      await this.#assertNewest()
    } catch (error) {
      await next.file.close().catch(() => undefined)
      throw error
    }
    this.#current = next
    this.#generation = next.generation
    // This generation counts whatever becomes of the old ones; what is left of them goes with the next.
    await this.#removeBelow(before).catch(() => undefined)
  }

  async close(): Promise<void> {
    await this.#fenced?.file.close()
    this.#fenced = undefined
    await this.#current?.file.close()
    this.#current = undefined
  }

  async #fence(): Promise<OpenGeneration> {
    const generation = this.#owned + 1
    // The number is taken even if this fails half-way: it is never tried twice.
    const fenced = await createGeneration(this.#files, this.#dir, generation, this.epoch, () => {
      this.#owned = generation
    })
    if (fenced === undefined) throw this.#supersede()
    return fenced
  }

  /** Never writes to the current file again. */
  async #distrust(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    await current?.file.close().catch(() => undefined)
  }

  async #assertNewest(): Promise<void> {
    const [newest = 0] = await listGenerations(this.#files, this.#dir)
    if (newest > this.#owned) throw this.#supersede()
  }

  /** Throws LogStoreError `superseded` once it is known that another writer has taken over. */
  assertInPower(): void {
    if (this.#superseded) throw this.#supersede()
  }

  #supersede(): LogStoreError {
    this.#superseded = true
    return new LogStoreError('superseded', `another indexer has taken over ${this.#dir}: this one must stop`)
  }

  /** The one before the current stays for readers that are in the middle of it. */
  async #removeBelow(before: number): Promise<void> {
    for (const generation of await listGenerations(this.#files, this.#dir)) {
      if (generation < before) await this.#files.remove(manifestPath(this.#dir, generation))
    }
  }
}

/** Creates a generation with its fence, durably; undefined where somebody else has created it. */
async function createGeneration(
  files: DurableFiles,
  dir: string,
  generation: number,
  epoch: number,
  created: () => void = () => undefined,
): Promise<OpenGeneration | undefined> {
  let file: AppendFile
  try {
    file = await files.create(manifestPath(dir, generation))
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return undefined
    throw error
  }
  created()
  try {
    const fence = encodeRecord(printRecord({ kind: 'fence', generation, epoch }))
    await file.write(fence)
    await file.sync()
    await files.syncDirectory(join(dir, 'manifest'))
    return { generation, file, length: fence.length }
  } catch (error) {
    await file.close().catch(() => undefined)
    throw error
  }
}

async function succeeds(promise: Promise<void>): Promise<boolean> {
  try {
    await promise
    return true
  } catch {
    return false
  }
}

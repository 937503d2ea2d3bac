import { type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { LogStoreError } from '../../port.ts'
import { type ColdChange, type ColdEntry, printCold } from './cold-format.ts'
import { checkpointKey, logKey } from './cold-keys.ts'
import { asArchiveError, type ColdManifest } from './cold-manifest.ts'
import { type ColdState, checkpointOf } from './cold-state.ts'

const CHECKPOINT_EVERY = 32

/**
 * What a commit is decided on: the state that it will follow. Gives the change, or undefined where there is nothing to
 * change (any more). Called again where somebody else committed first, so it must not rely on what it found before.
 */
export type Decide = (state: ColdState) => ColdChange | undefined | Promise<ColdChange | undefined>

export interface CommitOptions {
  /** Of the lease that the commit is made under: one that is older than the last entry's makes no entry. */
  readonly epoch: bigint
  /**
   * The same for each attempt to commit the same thing, where an earlier call may have: one of them makes an entry, and the
   * others find it.
   */
  readonly name?: string
  readonly signal?: AbortSignal
}

export interface ColdCommitterParts {
  readonly objects: ObjectStore
  readonly manifest: ColdManifest
  /** Epoch nanoseconds. */
  readonly now: () => bigint
  /** A name that nobody else has or will have. */
  readonly newName: () => string
  /** Entries from one checkpoint to the next; default 32. */
  readonly checkpointEvery?: number
}

/**
 * Commits to the manifest of an archive. Any number of committers in any number of processes are safe beside each other:
 * each entry is made by an exclusive put of the next number, so of two that decided on the same state one has to decide
 * again. Where it is not known whether an entry was stored, the manifest itself is asked.
 */
export class ColdCommitter {
  readonly #parts: ColdCommitterParts
  #turn: Promise<unknown> = Promise.resolve()
  /** Entries that others made first. */
  lostRaces = 0

  constructor(parts: ColdCommitterParts) {
    this.#parts = parts
  }

  /**
   * Resolves once the change is durable, to the state behind it; to undefined where there was nothing to change. Throws what
   * `decide` throws, LogStoreError `superseded` where a newer epoch has committed, and `unavailable` where the store does not
   * answer: then the change may be there or not, and a later `decide` sees which.
   */
  commit(decide: Decide, options: CommitOptions): Promise<ColdState | undefined> {
    const next = this.#turn.then(async () => {
      try {
        return await this.#commit(decide, options)
      } catch (error) {
        throw asArchiveError(error)
      }
    })
    this.#turn = next.catch(() => undefined)
    return next
  }

  async #commit(decide: Decide, options: CommitOptions): Promise<ColdState | undefined> {
    const { manifest, now, newName } = this.#parts
    const commit = options.name ?? newName()
    for (;;) {
      const state = await manifest.refresh(options.signal)
      if (state.recent.some((one) => one.commit === commit)) return state
      if (state.epoch > options.epoch)
        throw new LogStoreError('superseded', 'another archiver has taken over the manifest of the archive')
      const change = await decide(state)
      if (change === undefined) return undefined
      // The manifest may have moved on while it was decided: then the put finds the place taken.
      const entry = { seq: state.seq + 1, commit, epoch: options.epoch, at: now(), change }
      const committed = await this.#put(entry, options.signal)
      if (committed === undefined) {
        this.lostRaces++
        continue
      }
      await this.#checkpoint(committed, options.signal)
      return committed
    }
  }

  /** The state with the entry in it; undefined where another has its place. */
  async #put(entry: ColdEntry, signal: AbortSignal | undefined): Promise<ColdState | undefined> {
    const { objects, manifest } = this.#parts
    const key = logKey(entry.seq)
    try {
      await objects.put(key, printCold(entry), { exclusive: true, ...(signal && { signal }) })
    } catch (error) {
      const isTaken = error instanceof ObjectStoreError && error.code === 'exists'
      const isUnknown = error instanceof ObjectStoreError && error.code === 'unavailable'
      if (!isTaken && !isUnknown) throw error
      // An attempt of this put whose answer was lost may have stored it.
      const state = await manifest.refresh(signal)
      if (isIn(state, entry)) return state
      if (state.seq >= entry.seq) return undefined
      throw error
    }
    // Had the process stood still for long, the place may have been free again because a checkpoint had what was there.
    const state = (await manifest.isBehindCheckpoint(entry.seq - 1, signal))
      ? await manifest.reload(signal)
      : await manifest.refresh(signal)
    return isIn(state, entry) ? state : undefined
  }

  async #checkpoint(state: ColdState, signal: AbortSignal | undefined): Promise<void> {
    const { checkpointEvery = CHECKPOINT_EVERY } = this.#parts
    if (state.seq % checkpointEvery !== 0) return
    // What it says follows from the entries, so it does not matter who writes it, or how often. Without it the next does.
    await this.#parts.objects
      .put(checkpointKey(state.seq), printCold(checkpointOf(state)), { ...(signal && { signal }) })
      .catch((error: unknown) => {
        if (!(error instanceof ObjectStoreError)) throw error
      })
  }
}

function isIn(state: ColdState, { seq, commit }: ColdEntry): boolean {
  return state.recent.some((one) => one.seq === seq && one.commit === commit)
}

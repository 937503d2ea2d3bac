import { dayFolders, folderOf } from '../day-folders.ts'
import { asArchiveError } from '../manifest/cold-manifest.ts'
import type { ColdState } from '../manifest/cold-state.ts'
import { objectKeysOf } from '../stored-files.ts'
import type { UpkeepParts } from './upkeep.ts'

const HOUR = 3_600_000
/** Looking through all objects takes a request for each thousand of them. */
const EVERY_MILLIS = 6 * HOUR
/** An upload that counts nowhere after so long was interrupted, however slow who made it is. */
const AGE_MILLIS = 24 * HOUR
/** Objects that one entry gives up. */
const AT_ONCE = 1_000

export interface OrphanParts extends Omit<UpkeepParts, 'coldDays' | 'newName'> {
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
}

/**
 * Finds the objects that uploads have left which were interrupted, and gives them up: an entry says that they are dropped, and
 * sweeping deletes them like what counted once. Whoever still means to commit one finds that entry, or that the object is gone
 * (`uploadsStanding`), and uploads it again.
 */
export class OrphanSweep {
  readonly #parts: OrphanParts
  /** Objects that no segment has, and when they were first seen. */
  #seen = new Map<string, number>()
  #lookedAt: number | undefined

  constructor(parts: OrphanParts) {
    this.#parts = parts
  }

  /** Looks, where it is time to; gives how many objects were given up. Throws LogStoreError `unavailable`. */
  async round(signal?: AbortSignal): Promise<number> {
    const time = this.#parts.clock()
    if (this.#lookedAt !== undefined && time - this.#lookedAt < EVERY_MILLIS) return 0
    try {
      const left = await this.#unknown(signal)
      this.#seen = new Map(left.map((key) => [key, this.#seen.get(key) ?? time]))
      this.#lookedAt = time
      const old = left.filter((key) => time - (this.#seen.get(key) ?? time) >= AGE_MILLIS)
      let given = 0
      for (let from = 0; from < old.length; from += AT_ONCE)
        given += await this.#giveUp(old.slice(from, from + AT_ONCE), signal)
      return given
    } catch (error) {
      throw asArchiveError(error)
    }
  }

  /** The keys of objects that are there, and that the manifest as of a moment later does not know. */
  async #unknown(signal: AbortSignal | undefined): Promise<string[]> {
    const { objects, manifest } = this.#parts
    const unknown: string[] = []
    for await (const { folder, found } of dayFolders(objects, signal)) {
      const state = await manifest.refresh(signal)
      const known = await this.#keysOf(state, folder)
      unknown.push(...[...found.keys()].filter((key) => !known.has(key)))
    }
    return unknown.length === 0 ? [] : this.#countingNowhere(await manifest.refresh(signal), unknown)
  }

  async #keysOf(state: ColdState, folder: string): Promise<Set<string>> {
    const keys = new Set<string>()
    for (const day of state.days.keys())
      if (folderOf(day) === folder)
        for (const segment of await this.#parts.manifest.segments(state, day))
          for (const key of objectKeysOf(segment)) keys.add(key)
    return keys
  }

  /** Those that no segment of any day has, and that are not on their way out already. */
  async #countingNowhere(state: ColdState, keys: readonly string[]): Promise<string[]> {
    const left = new Set(keys)
    for (const { key } of state.dropped) left.delete(key)
    for (const day of state.days.keys()) {
      if (left.size === 0) break
      for (const segment of await this.#parts.manifest.segments(state, day))
        for (const key of objectKeysOf(segment)) left.delete(key)
    }
    return [...left]
  }

  async #giveUp(keys: readonly string[], signal: AbortSignal | undefined): Promise<number> {
    let given: string[] = []
    const committed = await this.#parts.fenced(
      (epoch) =>
        this.#parts.committer.commit(
          async (state) => {
            given = await this.#countingNowhere(state, keys)
            return given.length === 0 ? undefined : { kind: 'abandon', keys: given }
          },
          { epoch, ...(signal && { signal }) },
        ),
      signal,
    )
    return committed === undefined ? 0 : given.length
  }
}

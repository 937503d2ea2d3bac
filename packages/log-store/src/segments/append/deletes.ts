import { z } from 'zod'
import { Tombstone } from '../manifest/manifest-format.ts'

/** The deletes that what comes in has to respect, as of one moment. */
export const HeldDeletes = z.object({
  /** No row that they cover may be appended. */
  committed: z.array(Tombstone),
  /** Those that are under way: what they cover must not be shown, but is appended and then rewritten. */
  running: z.array(Tombstone),
  /** How many were committed, and how many begun, since the writer opened: what was encoded before the last is outdated. */
  commits: z.number().int().nonnegative(),
  begins: z.number().int().nonnegative(),
})
export type HeldDeletes = z.infer<typeof HeldDeletes>

/** Keeps account of the deletes of a writer. */
export class Deletes {
  #held: HeldDeletes

  constructor(committed: readonly Tombstone[]) {
    this.#held = { committed: [...committed], running: [], commits: 0, begins: 0 }
  }

  get held(): HeldDeletes {
    return this.#held
  }

  begin(tombstone: Tombstone): void {
    const { running, begins } = this.#held
    this.#held = { ...this.#held, running: [...running, tombstone], begins: begins + 1 }
  }

  /** It is durable: from now on it holds for everything. */
  commit(tombstone: Tombstone, committed: readonly Tombstone[]): void {
    this.end(tombstone)
    this.#held = { ...this.#held, committed: [...committed], commits: this.#held.commits + 1 }
  }

  end(tombstone: Tombstone): void {
    this.#held = { ...this.#held, running: this.#held.running.filter((other) => other !== tombstone) }
  }
}

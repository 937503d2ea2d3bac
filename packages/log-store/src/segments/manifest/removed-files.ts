import type { Nanos } from '@heartwood/event'
import type { DurableFiles } from '../files/durable-files.ts'

/** Files that are in the manifest no more, kept for a grace time because readers may be in the middle of them. */
export class RemovedFiles {
  readonly #files: Pick<DurableFiles, 'remove'>
  readonly #grace: Nanos
  readonly #waiting: { readonly path: string; readonly since: Nanos }[] = []

  constructor(files: Pick<DurableFiles, 'remove'>, grace: Nanos) {
    this.#files = files
    this.#grace = grace
  }

  add(paths: readonly string[], now: Nanos): void {
    for (const path of paths) this.#waiting.push({ path, since: now })
  }

  *paths(): Generator<string> {
    for (const { path } of this.#waiting) yield path
  }

  /** Removes what has waited long enough; with `all`, everything. One that cannot be removed waits on. */
  async sweep(now: Nanos, all = false): Promise<number> {
    const due = this.#waiting.filter(({ since }) => all || now - since >= this.#grace)
    let removed = 0
    for (const file of due) {
      // Another sweep may run beside this one.
      const at = this.#waiting.indexOf(file)
      if (at === -1) continue
      this.#waiting.splice(at, 1)
      try {
        await this.#files.remove(file.path)
      } catch (error) {
        this.#waiting.push(file)
        throw error
      }
      removed++
    }
    return removed
  }
}

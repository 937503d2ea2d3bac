import type { Nanos } from '@heartwood/event'
import type { DurableFiles } from './durable-files.ts'

/** Files that are in the manifest no more, kept for a grace time because readers may be in the middle of them. */
export class RemovedFiles {
  readonly #files: DurableFiles
  readonly #grace: Nanos
  readonly #waiting: { readonly path: string; readonly since: Nanos }[] = []

  constructor(files: DurableFiles, grace: Nanos) {
    this.#files = files
    this.#grace = grace
  }

  add(paths: readonly string[], now: Nanos): void {
    for (const path of paths) this.#waiting.push({ path, since: now })
  }

  /** Removes what has waited long enough; with `all`, everything. */
  async sweep(now: Nanos, all = false): Promise<number> {
    let removed = 0
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      if (!all && now - first.since < this.#grace) break
      await this.#files.remove(first.path)
      this.#waiting.shift()
      removed++
    }
    return removed
  }
}

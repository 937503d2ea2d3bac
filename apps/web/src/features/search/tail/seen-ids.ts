/**
 * Ids that came before: at least the last `window` of them, at most twice as many. An indexer that starts again reads
 * up to half a minute of its queue anew, and a tail must not show those lines twice.
 */
export class SeenIds {
  readonly #window: number
  #newer = new Set<string>()
  #older = new Set<string>()

  constructor(window: number) {
    this.#window = window
  }

  /** Whether the id is new; from now on it is not. */
  add(id: string): boolean {
    if (this.#newer.has(id) || this.#older.has(id)) return false
    this.#newer.add(id)
    if (this.#newer.size >= this.#window) {
      this.#older = this.#newer
      this.#newer = new Set()
    }
    return true
  }
}

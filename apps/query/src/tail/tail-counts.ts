import { TailStats } from '@heartwood/api'

/**
 * Keeps the counts of a tail true over restarts of the indexer, which counts each stream from 0.
 */
export class TailCounts {
  #before = { shown: 0, matched: 0, skipped: 0 }
  #now = { shown: 0, matched: 0, skipped: 0 }

  /** The stats of the whole tail, given those of the present stream as JSON text; a text that is none stays as it is. */
  total(data: string): string {
    const parsed = TailStats.safeParse(parseJson(data))
    if (!parsed.success) return data
    this.#now = parsed.data
    return JSON.stringify({ ...parsed.data, ...this.#sum() })
  }

  /** The next stream counts from 0. */
  nextStream(): void {
    this.#before = this.#sum()
    this.#now = { shown: 0, matched: 0, skipped: 0 }
  }

  #sum() {
    return {
      shown: this.#before.shown + this.#now.shown,
      matched: this.#before.matched + this.#now.matched,
      skipped: this.#before.skipped + this.#now.skipped,
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

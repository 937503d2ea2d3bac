import type { TailStats } from '@heartwood/api'

type Counts = Pick<TailStats, 'shown' | 'matched' | 'skipped'>
const NONE: Counts = { shown: 0, matched: 0, skipped: 0 }

/**
 * Keeps the counts of a tail true over several indexers, each of which counts each stream from 0, and over their restarts.
 */
export class TailCounts<K> {
  #ended = NONE
  readonly #open = new Map<K, TailStats>()
  /** Whose stats came since they were last told. */
  readonly #heard = new Set<K>()

  /**
   * Takes the stats of one indexer. Gives those of the whole tail, once every indexer of `all` has told its own or one
   * has twice: one a second, however many they are, also where one of them hangs.
   */
  take(key: K, stats: TailStats, all: readonly K[]): TailStats | undefined {
    this.#open.set(key, stats)
    const isAgain = this.#heard.has(key)
    this.#heard.add(key)
    if (!isAgain && !all.every((each) => this.#heard.has(each))) return undefined
    this.#heard.clear()
    const lags = [...this.#open.values()].map(({ lag_ms }) => lag_ms)
    return { ...this.#sum(), lag_ms: Math.max(...lags) }
  }

  /** The stream of an indexer is gone; its next one counts from 0. */
  ended(key: K): void {
    this.#ended = plus(this.#ended, this.#open.get(key) ?? NONE)
    this.#open.delete(key)
    this.#heard.delete(key)
  }

  /** So many events came a second time, and were not shown. */
  repeated(count: number): void {
    const { shown, matched } = this.#ended
    this.#ended = { ...this.#ended, shown: shown - count, matched: matched - count }
  }

  #sum(): Counts {
    return [...this.#open.values()].reduce(plus, this.#ended)
  }
}

function plus(a: Counts, b: Counts): Counts {
  return { shown: a.shown + b.shown, matched: a.matched + b.matched, skipped: a.skipped + b.skipped }
}

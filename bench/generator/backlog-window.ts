/**
 * How far a load may be ahead of the indexer: what it indexes in a second at the rate of late, so that rows that become
 * visible in small batches do not hold up the sender, and what waits is little all the same.
 */
export class BacklogWindow {
  readonly #least: number
  /** Of the last seconds, oldest first: microseconds and events indexed by then. */
  readonly #seen: { readonly at: number; readonly events: number }[] = []

  /** @param least events that may wait in any case */
  constructor(least = LEAST_WINDOW) {
    this.#least = least
  }

  /** Events of the run that are searchable by now. `at` is in microseconds of any clock that only goes on. */
  indexed(at: number, events: number): void {
    this.#seen.push({ at, events })
    while (this.#seen.length > 2 && at - (this.#seen[1]?.at ?? at) > RATE_MICROS) this.#seen.shift()
  }

  get searchable(): number {
    return this.#seen.at(-1)?.events ?? 0
  }

  /** Events that may be accepted and not yet searchable. */
  get limit(): number {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)]
    if (first === undefined || last === undefined || last.at <= first.at) return this.#least
    return Math.max(this.#least, ((last.events - first.events) * 1_000_000) / (last.at - first.at))
  }
}

/** Measured over so long. */
const RATE_MICROS = 3_000_000
export const LEAST_WINDOW = 100_000

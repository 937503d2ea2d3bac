/** Shows may take this part of a thread's time: what they show will be written once more when it is sealed. */
const SHARE = 0.1
/**
 * What a thread that showed less than it may can make up for at once, milliseconds of showing: while a group is sealed, which
 * is when it has no time to spare, shows go on as before.
 */
const MOST_SAVED = 150

/** Says when a thread may show again, by how long its shows took. Times are milliseconds of the thread's clock for it. */
export class ShowPace {
  #saved = MOST_SAVED
  #countedAt: number | undefined
  #notBefore = Number.NEGATIVE_INFINITY

  get notBefore(): number {
    return this.#notBefore
  }

  showed(startedAt: number, took: number): void {
    const since = startedAt - (this.#countedAt ?? startedAt)
    this.#saved = Math.min(MOST_SAVED, this.#saved + since * SHARE) - took
    this.#countedAt = startedAt
    this.#notBefore = startedAt + Math.max(0, -this.#saved) / SHARE
  }
}

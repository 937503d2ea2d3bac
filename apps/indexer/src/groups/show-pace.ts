/** Shows may take this part of a thread's time: what they show will be written once more when it is sealed. */
const SHARE = 0.1

/** Says when a thread may show again, by how long its last show took. Times are milliseconds of the thread's clock for it. */
export class ShowPace {
  #notBefore = Number.NEGATIVE_INFINITY

  get notBefore(): number {
    return this.#notBefore
  }

  showed(startedAt: number, took: number): void {
    this.#notBefore = startedAt + took / SHARE
  }
}

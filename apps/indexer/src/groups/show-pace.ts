/** Shows may take this part of a thread's time: what they show will be written once more when it is sealed. */
const SHARE = 0.1

/** Says when a thread may show again, by how long its last show took. All times are milliseconds of one clock. */
export class ShowPace {
  #notBefore = Number.NEGATIVE_INFINITY

  get notBefore(): number {
    return this.#notBefore
  }

  /** @param took what the show took of the thread, which is less than what passed where others had the processor */
  showed(startedAt: number, took: number): void {
    this.#notBefore = startedAt + took / SHARE
  }
}

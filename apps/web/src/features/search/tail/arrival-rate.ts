/** Over how long the rate is taken: shorter jumps, longer lags behind. */
const SPAN_MILLIS = 5_000

/** How many lines a second there were in the last seconds, from a count that is looked at now and then. */
export class ArrivalRate {
  #samples: { readonly at: number; readonly total: number }[] = []

  /**
   * @param at milliseconds, not less than before
   * @param total all lines so far, not less than before
   */
  sample(at: number, total: number): void {
    const from = this.#samples.findLastIndex((sample) => sample.at <= at - SPAN_MILLIS)
    this.#samples = [...this.#samples.slice(Math.max(0, from)), { at, total }]
  }

  /** Lines a second; undefined until a time has passed. */
  perSecond(): number | undefined {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || last.at <= first.at) return undefined
    return ((last.total - first.total) * 1_000) / (last.at - first.at)
  }
}

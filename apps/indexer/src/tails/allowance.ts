/**
 * What may pass in a second. It is given in even shares, so that of a steady stream it is not always the beginning of a
 * second that passes; what was not used is saved, up to a second of it, so that a burst passes whole.
 */
export class Allowance {
  readonly #perSecond: number
  #left: number

  constructor(perSecond: number) {
    this.#perSecond = perSecond
    this.#left = perSecond
  }

  /** How many of `wanted` may pass. */
  take(wanted: number): number {
    const taken = Math.min(wanted, Math.floor(this.#left))
    this.#left -= taken
    return taken
  }

  /** So much time has passed. */
  refill(seconds: number): void {
    this.#left = Math.min(this.#perSecond, this.#left + this.#perSecond * seconds)
  }
}

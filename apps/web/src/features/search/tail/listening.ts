/** A time in which nobody listened, epoch milliseconds. */
export interface Gap {
  readonly from: number
  readonly to: number
}

/** From when to when a tail could have missed something. */
export class Listening {
  #heardAt: number | undefined
  #isLost = false

  /** Something came. Gives the gap that ends with it. */
  heard(at: number): Gap | undefined {
    const gap = this.#isLost && this.#heardAt !== undefined ? { from: this.#heardAt, to: at } : undefined
    this.#isLost = false
    this.#heardAt = at
    return gap
  }

  /** What comes from now on is missed. Before anything was heard there is nothing to miss. */
  lost(): void {
    this.#isLost = true
  }
}

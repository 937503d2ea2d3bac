/** As long as `arrive` of globals.css shows a row as new. */
export const FRESH_MILLIS = 1_600

/** How many of the rows have just arrived. */
export class FreshRows {
  #shown: { readonly at: number; readonly newest: number }[] = []

  /** Those up to this number are not new. */
  startFrom(newest: number): void {
    this.#shown = [{ at: Number.NEGATIVE_INFINITY, newest }]
  }

  /**
   * @param newest the number of the newest row that is shown from now on
   * @param at milliseconds, not less than before
   * @returns how many rows, from the newest down, came in the last FRESH_MILLIS
   */
  show(newest: number, at: number): number {
    const old = this.#shown.findLastIndex((shown) => shown.at <= at - FRESH_MILLIS)
    this.#shown = [...this.#shown.slice(Math.max(0, old)), { at, newest }]
    return newest - (this.#shown[0]?.newest ?? newest)
  }
}

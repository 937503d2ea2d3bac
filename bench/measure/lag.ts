/** How far what is searchable is behind what was accepted, from the counts of both over time. */
export class Lag {
  /** Accepted so far and when, oldest first; only what is not yet searchable and the last before it. */
  #accepted: { readonly at: number; readonly events: number }[] = []
  #searchable = 0
  /** When it was looked at, and the lag then, milliseconds. */
  readonly history: { readonly at: number; readonly millis: number }[] = []

  /** @param at milliseconds of any clock that both counts are told by */
  accepted(at: number, events: number): void {
    this.#accepted.push({ at, events })
  }

  searchable(at: number, events: number): void {
    this.#searchable = events
    const first = this.#accepted.findIndex((entry) => entry.events > events)
    this.#accepted = first < 0 ? this.#accepted.slice(-1) : this.#accepted.slice(Math.max(0, first - 1))
    this.history.push({ at, millis: this.millis(at) })
  }

  /** The age of the oldest accepted event that is not searchable, 0 without one. */
  millis(at: number): number {
    const waiting = this.#accepted.find(({ events }) => events > this.#searchable)
    return waiting === undefined ? 0 : at - waiting.at
  }

  /** The lag as it was when it was looked at last before a moment, or first after it. */
  millisAt(at: number): number {
    return (this.history.findLast((entry) => entry.at <= at) ?? this.history[0])?.millis ?? 0
  }

  /** When it was last above a limit, or undefined. */
  lastAbove(millis: number): number | undefined {
    return this.history.findLast((entry) => entry.millis > millis)?.at
  }
}

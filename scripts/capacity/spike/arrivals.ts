/** Events that arrived within one minute and are not searchable yet. */
interface Cohort {
  readonly minute: number
  events: number
}

/** What lies in Kafka, oldest first. Numbers may be fractions of an event. */
export class Arrivals {
  readonly #cohorts: Cohort[] = []
  #events = 0

  get events(): number {
    return this.#events
  }

  /** Minute in which the oldest arrived; undefined while nothing lies here. */
  get oldest(): number | undefined {
    return this.#cohorts[0]?.minute
  }

  add(minute: number, events: number): void {
    if (events <= 0) return
    this.#cohorts.push({ minute, events })
    this.#events += events
  }

  /** Takes so many of the oldest, or all there are; how many these were. */
  take(events: number): number {
    let left = events
    for (let [first] = this.#cohorts; first !== undefined && left > 0; [first] = this.#cohorts) {
      const taken = Math.min(left, first.events)
      first.events -= taken
      left -= taken
      if (first.events <= 0) this.#cohorts.shift()
    }
    // Not subtracted: over many minutes the rounding would add up.
    this.#events = this.#cohorts.reduce((sum, cohort) => sum + cohort.events, 0)
    return events - left
  }

  /** Removes what arrived before a minute, as Kafka's retention does; how many these were. */
  dropBefore(minute: number): number {
    const old = this.#cohorts.filter((cohort) => cohort.minute < minute)
    return this.take(old.reduce((sum, { events }) => sum + events, 0))
  }
}

/** Why some of what waits for Elasticsearch does not get through: each for itself, so that one which does hides no other. */
export class Obstacles<Waiting> {
  readonly #reasons = new Map<Waiting, string>()

  /** The one that was met last of those that are still there. */
  get latest(): string | undefined {
    return [...this.#reasons.values()].at(-1)
  }

  met(waiting: Waiting, reason: string): void {
    this.#reasons.delete(waiting)
    this.#reasons.set(waiting, reason)
  }

  /** It got through, or does not wait any more. */
  passed(waiting: Waiting): void {
    this.#reasons.delete(waiting)
  }
}

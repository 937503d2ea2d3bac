/** Lets so many tasks run at the same time; the others wait their turn. */
export class AtOnce {
  readonly #limit: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running++
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      // The place goes to the next one without becoming free.
      if (next === undefined) this.#running--
      else next()
    }
  }
}

import { LogStoreError } from './port.ts'

/** How a delete gets what is shown appended: whom it asks, and its wait for it. */
export class FlushRequests {
  readonly #millis: number
  readonly #listeners: ((partition: number) => void)[] = []
  readonly #waiting = new Set<PromiseWithResolvers<void>>()
  #failure: LogStoreError | undefined

  /** @param millis how long one request may take */
  constructor(millis: number) {
    this.#millis = millis
  }

  onFlush(listener: (partition: number) => void): void {
    this.#listeners.push(listener)
  }

  /**
   * Asks for the partitions that `left` gives, and waits until it gives none. Throws LogStoreError `timeout`, or what
   * `fail` was called with.
   */
  async request(left: () => ReadonlySet<number>): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    for (const partition of left()) for (const listener of this.#listeners) listener(partition)
    const ends = performance.now() + this.#millis
    while (left().size > 0) {
      const change = Promise.withResolvers<void>()
      this.#waiting.add(change)
      const timer = setTimeout(() => change.resolve(), Math.max(0, ends - performance.now()))
      try {
        await change.promise
      } finally {
        clearTimeout(timer)
        this.#waiting.delete(change)
      }
      if (left().size > 0 && performance.now() >= ends) throw this.#timeout(left())
    }
  }

  /** To be told after every change of what is shown. */
  changed(): void {
    for (const { resolve } of this.#waiting) resolve()
  }

  /** Ends every wait with an error, those of later requests too. */
  fail(error: LogStoreError): void {
    this.#failure = error
    for (const { reject } of this.#waiting) reject(error)
  }

  #timeout(partitions: ReadonlySet<number>): LogStoreError {
    return new LogStoreError(
      'timeout',
      `events of partition ${[...partitions].join(', ')} are searchable and were not stored within ` +
        `${this.#millis / 1000} s, so they cannot be deleted yet: try again`,
    )
  }
}

/** How long a delete waits by default, in milliseconds. */
export const FLUSH_MILLIS = 30_000

import { afterGrace } from './grace.ts'

/** What was begun of a partition while it is this member's: stored side by side, committed one after the other. */
export class UnderWay {
  readonly #grace: ReturnType<typeof afterGrace>
  #last: Promise<void> = Promise.resolve()

  /**
   * @param signal aborts when the partition is about to be taken away
   * @param graceMillis in which what was begun by then may still be finished
   */
  constructor(signal: AbortSignal, graceMillis: number) {
    this.#grace = afterGrace(signal, graceMillis)
  }

  /** Aborts what is still being stored when the grace is over. */
  get signal(): AbortSignal {
    return this.#grace.signal
  }

  /** Commits when this is stored and everything added before it is committed. Where one is not, none behind it is either. */
  add<T>(stored: Promise<T>, commit: (stored: T) => Promise<void>): void {
    this.#last = this.#last.then(async () => commit(await stored))
    this.#last.catch(() => undefined)
  }

  /** Resolves when all is committed or never will be. */
  async end(): Promise<void> {
    await this.#last.catch(() => undefined)
    this.#grace[Symbol.dispose]()
  }
}

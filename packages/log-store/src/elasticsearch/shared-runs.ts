/** Something that is done for all who ask at about the same time: each sees a run that began after it asked. */
export class SharedRuns {
  readonly #run: () => Promise<void>
  #current: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(run: () => Promise<void>) {
    this.#run = run
  }

  /** Resolves when a run has ended that began after this call. */
  next(): Promise<void> {
    this.#next ??= this.#after(this.#current)
    return this.#next
  }

  async #after(current: Promise<void> | undefined): Promise<void> {
    await current?.catch(() => undefined)
    this.#current = this.#next
    this.#next = undefined
    await this.#run()
  }
}

/** What one of several sources gave: a value, or that it has ended. */
export type Joined<K, T> = { readonly key: K } & (
  | { readonly done: false; readonly value: T }
  | { readonly done: true; readonly error: unknown }
)

/**
 * Takes what comes from a changing set of sources, in the order it comes. Each is asked for its next value when its last one
 * was taken, so that what the taker is too slow for stays where it comes from.
 */
export class JoinedSources<K, T> {
  readonly #sources = new Map<K, AsyncIterator<T>>()
  readonly #ready: Joined<K, T>[] = []
  #wake = Promise.withResolvers<void>()

  /** Of the sources that have not ended. */
  get keys(): readonly K[] {
    return [...this.#sources.keys()]
  }

  add(key: K, source: AsyncIterable<T>): void {
    const iterator = source[Symbol.asyncIterator]()
    this.#sources.set(key, iterator)
    this.#ask(key, iterator)
  }

  /** The next value, or the end of a source; undefined where nothing has come within `millis`, or `signal` aborts. */
  async next(millis: number, signal: AbortSignal): Promise<Joined<K, T> | undefined> {
    if (this.#ready.length === 0) await this.#woken(millis, signal)
    const next = this.#ready.shift()
    if (next === undefined) return undefined
    const iterator = this.#sources.get(next.key)
    if (next.done) this.#sources.delete(next.key)
    else if (iterator !== undefined) this.#ask(next.key, iterator)
    return next
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.#sources.values()].map((iterator) => iterator.return?.()))
    this.#sources.clear()
  }

  #ask(key: K, iterator: AsyncIterator<T>): void {
    const put = (item: Joined<K, T>): void => {
      this.#ready.push(item)
      this.#wake.resolve()
    }
    iterator.next().then(
      ({ done, value }) => put(done ? { key, done, error: undefined } : { key, done: false, value }),
      (error: unknown) => put({ key, done: true, error }),
    )
  }

  async #woken(millis: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    const wake = Promise.withResolvers<void>()
    this.#wake = wake
    const timer = setTimeout(wake.resolve, millis)
    const stop = (): void => wake.resolve()
    signal.addEventListener('abort', stop)
    await wake.promise
    signal.removeEventListener('abort', stop)
    clearTimeout(timer)
  }
}

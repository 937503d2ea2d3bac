/** Keeps what was used last, up to so many bytes. */
export class MemoryCache<Value extends { readonly bytes: number }> {
  readonly #maxBytes: number
  /** Least lately used first. */
  readonly #kept = new Map<string, Value>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(key: string, make: () => Value): Value {
    const kept = this.#kept.get(key)
    if (kept !== undefined) {
      this.#kept.delete(key)
      this.#kept.set(key, kept)
      return kept
    }
    const made = make()
    this.#kept.set(key, made)
    this.#bytes += made.bytes
    for (const [oldest, { bytes }] of this.#kept) {
      if (this.#bytes <= this.#maxBytes) break
      this.#kept.delete(oldest)
      this.#bytes -= bytes
    }
    return made
  }
}

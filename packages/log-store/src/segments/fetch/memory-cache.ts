import { RecentlyUsed } from '../idx/recently-used.ts'

/** Makes what it has not kept of what was used last, up to so many bytes; for keys see RecentlyUsed. */
export class MemoryCache<Value extends { readonly bytes: number }> {
  readonly #kept: RecentlyUsed<Value>

  constructor(maxBytes: number) {
    this.#kept = new RecentlyUsed(maxBytes)
  }

  get bytes(): number {
    return this.#kept.bytes
  }

  keepOnly(files: ReadonlySet<string>): void {
    this.#kept.keepOnly(files)
  }

  get(key: string, make: () => Value): Value {
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const made = make()
    this.#kept.set(key, made, made.bytes)
    return made
  }
}

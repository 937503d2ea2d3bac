/** Keeps parts of files that were used last, up to so many bytes. A key is the name of a file, or begins with it and a space. */
export class RecentlyUsed<Value> {
  readonly #maxBytes: number
  /** Least lately used first. */
  readonly #kept = new Map<string, { readonly value: Value; readonly bytes: number }>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  get(key: string): Value | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept.value
  }

  set(key: string, value: Value, bytes: number): void {
    this.#drop(key)
    this.#kept.set(key, { value, bytes })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) break
      this.#drop(oldest)
    }
  }

  /** Drops the parts of files that are not among these: nothing asks for them any more. */
  keepOnly(files: ReadonlySet<string>): void {
    for (const key of this.#kept.keys()) if (!files.has(fileOf(key))) this.#drop(key)
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0
    this.#kept.delete(key)
  }
}

function fileOf(key: string): string {
  const end = key.indexOf(' ')
  return end === -1 ? key : key.slice(0, end)
}

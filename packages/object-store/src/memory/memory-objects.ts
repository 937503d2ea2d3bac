import { readFile } from 'node:fs/promises'
import { assertKey, assertPrefix, assertRange, compareKeys } from '../object-key.ts'
import {
  type GetOptions,
  type ListOptions,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
} from '../port.ts'

/** Objects in memory: what the other adapters are held against. */
export function memoryObjects(): ObjectStore {
  return new MemoryObjects()
}

class MemoryObjects implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>()
  #closed = false

  async put(key: string, body: Uint8Array, { exclusive, signal }: PutOptions = {}): Promise<void> {
    assertKey(key)
    this.#enter(signal)
    if (exclusive && this.#objects.has(key)) throw new ObjectStoreError('exists', `${key} is there already`)
    this.#objects.set(key, body.slice())
  }

  async putFile(key: string, path: string, options: PutOptions = {}): Promise<void> {
    assertKey(key)
    this.#enter(options.signal)
    await this.put(key, await readFile(path), options)
  }

  async get(key: string, { range, signal }: GetOptions = {}): Promise<Uint8Array> {
    assertKey(key)
    if (range !== undefined) assertRange(range)
    this.#enter(signal)
    const object = this.#objects.get(key)
    if (object === undefined) throw new ObjectStoreError('missing', `${key} is not there`)
    if (range === undefined) return object.slice()
    const end = range.offset + range.length
    if (end > object.length) throw new ObjectStoreError('range', `${key} ends before byte ${end}`)
    return object.slice(range.offset, end)
  }

  async size(key: string, signal?: AbortSignal): Promise<number | undefined> {
    assertKey(key)
    this.#enter(signal)
    return this.#objects.get(key)?.length
  }

  async *list(prefix: string, { after, signal }: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    assertPrefix(prefix)
    this.#enter(signal)
    const keys = [...this.#objects.keys()].filter(
      (key) => key.startsWith(prefix) && (after === undefined || key > after),
    )
    for (const key of keys.sort(compareKeys)) {
      this.#enter(signal)
      const object = this.#objects.get(key)
      if (object !== undefined) yield { key, size: object.length }
    }
  }

  async delete(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const key of keys) assertKey(key)
    this.#enter(signal)
    for (const key of keys) this.#objects.delete(key)
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #enter(signal: AbortSignal | undefined): void {
    if (this.#closed) throw new ObjectStoreError('closed', 'the objects are closed')
    signal?.throwIfAborted()
  }
}

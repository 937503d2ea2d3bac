import {
  type GetOptions,
  type ListOptions,
  type ObjectInfo,
  type ObjectStore,
  ObjectStoreError,
  type PutOptions,
} from '@heartwood/object-store'

/** What becomes of an operation. */
export type Fault = 'none' | 'not-done' | 'done-unanswered' | 'crash'

/** The process that used the objects is no more: nothing it asks for happens. */
export class Crash extends Error {}

/** Objects of one process whose operations wait for their turn and then fail as they are told to, in order. */
export class FaultyObjects implements ObjectStore {
  readonly #objects: ObjectStore
  readonly #faults: Fault[]
  readonly #turn: (label: string) => Promise<unknown>
  #crashed = false

  constructor(objects: ObjectStore, faults: Fault[], turn: (label: string) => Promise<unknown>) {
    this.#objects = objects
    this.#faults = faults
    this.#turn = turn
  }

  put(key: string, body: Uint8Array, options?: PutOptions): Promise<void> {
    return this.#run(`put ${key}`, () => this.#objects.put(key, body, options))
  }

  putFile(key: string, path: string, options?: PutOptions): Promise<void> {
    return this.#run(`put ${key}`, () => this.#objects.putFile(key, path, options))
  }

  get(key: string, options?: GetOptions): Promise<Uint8Array> {
    return this.#run(`get ${key}`, () => this.#objects.get(key, options))
  }

  size(key: string): Promise<number | undefined> {
    return this.#run(`size ${key}`, () => this.#objects.size(key))
  }

  async *list(prefix: string, options?: ListOptions): AsyncGenerator<ObjectInfo> {
    const found = await this.#run(`list ${prefix}`, async () => {
      const all: ObjectInfo[] = []
      for await (const object of this.#objects.list(prefix, options)) all.push(object)
      return all
    })
    yield* found
  }

  delete(keys: readonly string[]): Promise<void> {
    return this.#run('delete', () => this.#objects.delete(keys))
  }

  async close(): Promise<void> {}

  async #run<T>(label: string, operation: () => Promise<T>): Promise<T> {
    if (this.#crashed) throw new Crash()
    await this.#turn(label)
    switch (this.#faults.shift() ?? 'none') {
      case 'none':
        return operation()
      case 'not-done':
        throw new ObjectStoreError('unavailable', `${label} failed`)
      case 'done-unanswered':
        await operation()
        throw new ObjectStoreError('unavailable', `${label} was not answered`)
      case 'crash':
        this.#crashed = true
        throw new Crash()
    }
  }
}

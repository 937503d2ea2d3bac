import type { ObjectStore } from '@heartwood/object-store'
import { Crash, type UnreliableDisk } from '../segments/unreliable-disk.ts'

/** The objects that a process with an unreliable disk uses: both die together, at an operation of either. */
export class DyingObjects {
  readonly #disk: UnreliableDisk
  /** Every changing operation so far. */
  readonly log: string[] = []
  /** The number of the operation at which the process dies. */
  crashAt = Number.POSITIVE_INFINITY
  /** Whether the operation at which it dies still happens. */
  happensYet = false
  readonly objects: ObjectStore

  constructor(disk: UnreliableDisk, objects: ObjectStore) {
    this.#disk = disk
    this.objects = {
      put: (...args) => this.#change(`put ${args[0]}`, () => objects.put(...args)),
      putFile: (...args) => this.#change(`put ${args[0]}`, () => objects.putFile(...args)),
      delete: (...args) => this.#change(`delete ${args[0].join(' ')}`, () => objects.delete(...args)),
      get: async (...args) => this.#alive(() => objects.get(...args)),
      size: async (...args) => this.#alive(() => objects.size(...args)),
      list: (...args) => objects.list(...args),
      close: async () => undefined,
    }
  }

  async #change(label: string, operation: () => Promise<void>): Promise<void> {
    if (this.#disk.isDead) throw new Crash(`dead at ${label}`)
    this.log.push(label)
    if (this.log.length < this.crashAt) return operation()
    if (this.happensYet) await operation()
    this.#disk.die()
    throw new Crash(`died at ${label}`)
  }

  #alive<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#disk.isDead) throw new Crash('dead')
    return operation()
  }
}

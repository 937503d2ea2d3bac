import { readFile } from 'node:fs/promises'
import { setTimeout as passed } from 'node:timers/promises'
import { type GetOptions, type ObjectStore, ObjectStoreError } from '@heartwood/object-store'
import { segmentPath } from '../../src/segments/append/segment-file.ts'

/** The sealed files of a store's folder as objects that take a while to come: an object store for readers. */
export class SealedObjects implements Pick<ObjectStore, 'get'> {
  readonly #dir: string
  /** Ranges that were asked for, and the bytes of those that were given. */
  gets = 0
  bytes = 0
  /** Put in front of each answer. */
  before: (key: string, signal: AbortSignal | undefined) => Promise<void> = async () => passed(1)
  /** What comes instead of the stored bytes. */
  changed: (key: string, bytes: Uint8Array) => Uint8Array | undefined = (_key, bytes) => bytes

  constructor(dir: string) {
    this.#dir = dir
  }

  async get(key: string, { range, signal }: GetOptions = {}): Promise<Uint8Array> {
    this.gets++
    await this.before(key, signal)
    signal?.throwIfAborted()
    const stored = await readFile(segmentPath(this.#dir, key)).catch(() => undefined)
    const object = stored && this.changed(key, stored)
    if (object === undefined) throw new ObjectStoreError('missing', `${key} is not there`)
    if (range === undefined) return object
    const end = range.offset + range.length
    if (end > object.length) throw new ObjectStoreError('range', `${key} ends before ${end}`)
    this.bytes += range.length
    return object.subarray(range.offset, end)
  }
}

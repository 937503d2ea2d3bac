import { NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import { batchHash } from '../../segments/manifest/batch-hash.ts'
import { HashSet } from '../../segments/manifest/hash-set.ts'
import type { BatchHashes } from './batch-hashes.ts'

/**
 * How long a batch id is remembered after it was archived, by receipt time: one that its client named may be sent again
 * for as long as the queue and the client keep it; another comes again only out of the queue.
 */
export const NAMED_WINDOW: Nanos = 24n * 3_600n * NANOS_PER_SECOND
export const OTHER_WINDOW: Nanos = 3_600n * NANOS_PER_SECOND

export function windowOf(named: boolean): Nanos {
  return named ? NAMED_WINDOW : OTHER_WINDOW
}

interface Chunk {
  readonly named: boolean
  readonly newest: Nanos
  readonly hashes: HashSet
}

/** The batch ids that are archived, of the partitions that are ours, within the window. */
export class KnownBatches {
  readonly #partitions = new Map<number, Chunk[]>()
  #newest = 0n

  has(partition: number, batchId: string): boolean {
    const chunks = this.#partitions.get(partition)
    if (chunks === undefined || chunks.length === 0) return false
    const hash = batchHash(batchId)
    return chunks.some(({ hashes }) => hashes.has(hash))
  }

  /** Whether every batch of that kind which was received then and is archived is still known. */
  covers(named: boolean, receivedAt: Nanos): boolean {
    return receivedAt > this.#newest - windowOf(named) / 2n
  }

  add(sections: readonly BatchHashes[]): void {
    for (const { partition, named, newest, hashes } of sections) {
      const set = new HashSet(hashes.length)
      for (const hash of hashes) set.add(hash)
      if (newest > this.#newest) this.#newest = newest
      const chunks = this.#partitions.get(partition) ?? []
      this.#partitions.set(partition, [...chunks, { named, newest, hashes: set }])
    }
    for (const [partition, chunks] of this.#partitions)
      this.#partitions.set(
        partition,
        chunks.filter(({ named, newest }) => newest > this.#newest - windowOf(named)),
      )
  }

  forget(partitions: readonly number[]): void {
    for (const partition of partitions) this.#partitions.delete(partition)
  }
}

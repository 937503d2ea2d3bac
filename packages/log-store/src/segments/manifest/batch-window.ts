import { NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import { batchHash } from './batch-hash.ts'
import { HashSet } from './hash-set.ts'
import type { ReceiptEntry } from './manifest-format.ts'

export interface WindowLimits {
  /** This many last batches of a partition are always remembered. */
  readonly batches: number
  /** And all that are not older than this, in nanoseconds of receipt time before the newest. */
  readonly age: Nanos
}

export const BATCH_WINDOW: WindowLimits = { batches: 1_000_000, age: 3600n * NANOS_PER_SECOND }

/** Hashes from one receipt file, or those still in the log (`file` undefined). */
interface Chunk {
  readonly file: string | undefined
  readonly hashes: HashSet
}

/** The batch ids that a partition has seen within its window, oldest chunk first. Grows and forgets by chunks. */
export class BatchWindow {
  readonly #partitions = new Map<number, Chunk[]>()

  has(partition: number, batchId: string): boolean {
    const chunks = this.#partitions.get(partition)
    if (chunks === undefined) return false
    const hash = batchHash(batchId)
    return chunks.some((chunk) => chunk.hashes.has(hash))
  }

  /** Remembers receipts that are in the log. */
  addLogged(partition: number, receipts: readonly ReceiptEntry[]): void {
    const chunk = this.#logged(partition)
    for (const [batchId] of receipts) chunk.hashes.add(batchHash(batchId))
  }

  /** Remembers a receipt file, in the order the files were made. */
  addFile(partition: number, file: string, hashes: Iterable<Uint8Array>): void {
    const chunk: Chunk = { file, hashes: new HashSet() }
    for (const hash of hashes) chunk.hashes.add(hash)
    const chunks = this.#partitions.get(partition) ?? []
    this.#partitions.set(partition, [...chunks, chunk])
  }

  /** Forgets those in the log, which now lie in a file. */
  forgetLogged(partition: number): void {
    const chunks = this.#partitions.get(partition) ?? []
    this.#partitions.set(
      partition,
      chunks.filter((chunk) => chunk.file !== undefined),
    )
  }

  /** Forgets every file that is not among `files`. */
  keepFiles(files: ReadonlySet<string>): void {
    for (const [partition, chunks] of this.#partitions) {
      const kept = chunks.filter(({ file }) => file === undefined || files.has(file))
      this.#partitions.set(partition, kept)
    }
  }

  #logged(partition: number): Chunk {
    const chunks = this.#partitions.get(partition) ?? []
    const last = chunks.at(-1)
    if (last !== undefined && last.file === undefined) return last
    const chunk: Chunk = { file: undefined, hashes: new HashSet() }
    this.#partitions.set(partition, [...chunks, chunk])
    return chunk
  }
}

export function newestOf(times: readonly Nanos[]): Nanos {
  let newest = 0n
  for (const time of times) if (time > newest) newest = time
  return newest
}

/**
 * Of files listed oldest first, those that lie wholly outside the window: at least `limits.batches` newer ids are
 * remembered, and even their newest batch is older than `limits.age`.
 */
export function expiredFiles<F extends { readonly count: number; readonly newest: Nanos }>(
  files: readonly F[],
  limits: WindowLimits,
): F[] {
  const newest = newestOf(files.map((file) => file.newest))
  const expired: F[] = []
  let newer = 0
  for (const file of files.toReversed()) {
    if (newer >= limits.batches && file.newest < newest - limits.age) expired.push(file)
    newer += file.count
  }
  return expired
}

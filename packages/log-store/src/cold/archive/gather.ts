import { concatBatches, type EventBatch, type Nanos } from '@heartwood/event'
import { batchHash } from '../../segments/manifest/batch-hash.ts'
import type { SegmentInfo, Tombstone } from '../../segments/manifest/manifest-format.ts'
import type { ArchivedRange } from '../manifest/archive-change.ts'
import type { BatchesInfo } from '../manifest/cold-format.ts'
import type { BatchHashes } from './batch-hashes.ts'

/** A batch as its record says of itself. */
export interface GatheredBatch {
  readonly batchId: string
  /** Whether its client named it. */
  readonly named: boolean
  readonly receivedAt: Nanos
}

/** What some queue records of a partition brought, up to `to`. */
export interface GatheredRecords {
  readonly partition: number
  readonly to: bigint
  readonly events: readonly EventBatch[]
  readonly batches: readonly GatheredBatch[]
  /** Inflated bytes of the bodies. */
  readonly bytes: number
}

interface Section {
  readonly partition: number
  readonly named: boolean
  newest: Nanos
  readonly hashes: Buffer[]
}

/** Segments, joined out of the blocks, and batch ids. */
export interface Uploaded {
  readonly segments: readonly SegmentInfo[]
  readonly batches: BatchesInfo | undefined
}

/** What goes to the archive as one commit, as long as more may come. */
export class Gather {
  /** By which its commit is known, however often it is tried. */
  readonly name: string
  /** Milliseconds of the clock of whoever made it, when its first record came. */
  startedAt: number | undefined
  /** Segments that are written to the scratch folder. */
  blocks: SegmentInfo[] = []
  /** What lies in the object store and waits to count. */
  uploaded: Uploaded | undefined
  /** Deletes that all blocks were held against: `tombstonesMade` of that state. */
  tombstonesMade: number
  tombstones: readonly Tombstone[]
  readonly #ranges = new Map<number, { readonly from: bigint | null; to: bigint }>()
  readonly #pending = new Map<number, Set<string>>()
  readonly #sections = new Map<string, Section>()
  #events: EventBatch[] = []
  #rows = 0
  #bodyBytes = 0
  #oldest: Nanos | undefined
  #gathered = 0

  constructor(
    name: string,
    held: { readonly tombstonesMade: number; readonly tombstones: readonly Tombstone[] },
  ) {
    this.name = name
    this.tombstonesMade = held.tombstonesMade
    this.tombstones = held.tombstones
  }

  get isEmpty(): boolean {
    return this.#ranges.size === 0
  }

  /** Rows that are in memory, and the bytes of the bodies they came from. */
  get rows(): number {
    return this.#rows
  }

  get bodyBytes(): number {
    return this.#bodyBytes
  }

  /** All events that came. */
  get events(): number {
    return this.#gathered
  }

  /** Of the files in the scratch folder. */
  get fileBytes(): number {
    return this.blocks.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** The oldest receipt in it. */
  get oldest(): Nanos | undefined {
    return this.#oldest
  }

  get ranges(): ArchivedRange[] {
    return [...this.#ranges].map(([partition, range]) => ({ partition, ...range }))
  }

  get sections(): BatchHashes[] {
    return [...this.#sections.values()]
  }

  /** Up to where it has a partition; undefined where it has nothing of it. */
  endOf(partition: number): bigint | undefined {
    return this.#ranges.get(partition)?.to
  }

  hasBatch(partition: number, batchId: string): boolean {
    return this.#pending.get(partition)?.has(batchId) === true
  }

  /** @param from where the partition is archived to, if this is the first of it here */
  add({ partition, to, events, batches, bytes }: GatheredRecords, from: bigint | null, now: number): void {
    this.startedAt ??= now
    const range = this.#ranges.get(partition)
    if (range === undefined) this.#ranges.set(partition, { from, to })
    else range.to = to
    for (const batch of events) {
      this.#rows += batch.length
      this.#gathered += batch.length
      if (batch.length > 0) this.#events.push(batch)
    }
    this.#bodyBytes += bytes
    for (const batch of batches) this.#remember(partition, batch)
  }

  /** The rows that are in memory, which are no more. */
  takeRows(): EventBatch {
    const batch = concatBatches(this.#events)
    this.#events = []
    this.#rows = 0
    this.#bodyBytes = 0
    return batch
  }

  /** Takes rows back that could not be written. */
  putBack(rows: EventBatch, bodyBytes: number): void {
    this.#events.unshift(rows)
    this.#rows += rows.length
    this.#bodyBytes += bodyBytes
  }

  #remember(partition: number, { batchId, named, receivedAt }: GatheredBatch): void {
    const pending = this.#pending.get(partition) ?? new Set()
    this.#pending.set(partition, pending.add(batchId))
    const key = `${partition} ${named}`
    const section = this.#sections.get(key) ?? { partition, named, newest: receivedAt, hashes: [] }
    this.#sections.set(key, section)
    section.hashes.push(batchHash(batchId))
    if (receivedAt > section.newest) section.newest = receivedAt
    if (this.#oldest === undefined || receivedAt < this.#oldest) this.#oldest = receivedAt
  }
}

import type { Nanos } from '@heartwood/event'
import type { BatchReceipt } from '@heartwood/log-store'

/** A batch as it was read from the queue. */
export interface ReadEntry {
  readonly batchId: string
  readonly position: bigint
  readonly receivedAt: Nanos
  /** Inflated bytes of the body. */
  readonly bytes: number
}

export type BatchState =
  | { readonly state: 'queued'; readonly receivedAt: Nanos }
  | { readonly state: 'searchable'; readonly receipt: BatchReceipt }

/** How far a partition has got: the first batch in each stage that has not left it. Undefined where there is none. */
export interface PartitionProgress {
  /** Behind the last record that was read. */
  readonly read: bigint | null
  readonly oldestUnseen: Nanos | undefined
  readonly oldestUncommitted: Nanos | undefined
  readonly unseenBytes: number
  readonly uncommittedBytes: number
}

interface Entry extends ReadEntry {
  receipt: BatchReceipt | undefined
}

interface Partition {
  /** Read and not committed, in the order of the queue; the first `visible` of them are searchable. */
  readonly entries: Entry[]
  visible: number
  read: bigint | null
  /** Events up to here have been counted as searchable once, also if the partition began again since. */
  countedTo: bigint
}

/** Batches read from the queue and not yet committed, and the last committed ones. */
export class BatchLedger {
  readonly #partitions = new Map<number, Partition>()
  readonly #pending = new Map<string, { readonly partition: number; readonly entry: Entry }>()
  readonly #committed = new Map<string, BatchReceipt>()
  readonly #keep: number

  /** @param keep how many committed batches are remembered; the store remembers more */
  constructor(keep = 10_000) {
    this.#keep = keep
  }

  /** Begins at a position: what the partition had read and not committed is forgotten, it will be read again. */
  startOver(partition: number, read: bigint | null): void {
    const known = this.#partitions.get(partition)
    for (const { batchId } of known?.entries ?? []) this.#pending.delete(batchId)
    const countedTo = known?.countedTo ?? read ?? -1n
    this.#partitions.set(partition, { entries: [], visible: 0, read, countedTo })
  }

  /** What was read at or behind a position and is not committed is forgotten, it will be read again. */
  rewind(partition: number, position: bigint): void {
    const known = this.#of(partition)
    const first = known.entries.findIndex((entry) => entry.position >= position)
    if (first < 0) return
    for (const { batchId } of known.entries.splice(first)) this.#pending.delete(batchId)
    known.visible = Math.min(known.visible, first)
  }

  /** Whether the partition has read this batch id and not committed it: the store cannot know it yet. */
  isPending(partition: number, batchId: string): boolean {
    return this.#pending.get(batchId)?.partition === partition
  }

  read(partition: number, batch: ReadEntry): void {
    const entry = { ...batch, receipt: undefined }
    this.#of(partition).entries.push(entry)
    this.#pending.set(batch.batchId, { partition, entry })
  }

  /** The records up to `position` are decoded; `receipts` say what is in them. */
  decoded(partition: number, position: bigint, receipts: readonly BatchReceipt[]): void {
    this.#of(partition).read = position
    for (const receipt of receipts) {
      const pending = this.#pending.get(receipt.batch_id)
      if (pending !== undefined) pending.entry.receipt = receipt
    }
  }

  /** What was read up to `position` is searchable. Gives how many of its events were not before. */
  visible(partition: number, position: bigint): number {
    const known = this.#of(partition)
    let events = 0
    for (; known.visible < known.entries.length; known.visible++) {
      const entry = known.entries[known.visible]
      if (entry === undefined || entry.position > position) break
      if (entry.position > known.countedTo) events += entry.receipt?.events ?? 0
    }
    if (position > known.countedTo) known.countedTo = position
    return events
  }

  /** What was read up to `position` is committed, as these receipts say. */
  committed(partition: number, position: bigint, receipts: readonly BatchReceipt[]): void {
    const known = this.#of(partition)
    const behind = known.entries.findIndex((entry) => entry.position > position)
    const done = known.entries.splice(0, behind < 0 ? known.entries.length : behind)
    known.visible = Math.max(0, known.visible - done.length)
    for (const { batchId } of done) this.#pending.delete(batchId)
    for (const receipt of receipts) this.#committed.set(receipt.batch_id, receipt)
    for (const oldest of this.#committed.keys()) {
      if (this.#committed.size <= this.#keep) break
      this.#committed.delete(oldest)
    }
  }

  /** Undefined where the batch is not among those read and not committed, nor among the last committed ones. */
  state(batchId: string): BatchState | undefined {
    const receipt = this.#committed.get(batchId)
    if (receipt !== undefined) return { state: 'searchable', receipt }
    const pending = this.#pending.get(batchId)
    if (pending === undefined) return undefined
    const { partition, entry } = pending
    const isVisible = this.#of(partition).entries.indexOf(entry) < this.#of(partition).visible
    return isVisible && entry.receipt !== undefined
      ? { state: 'searchable', receipt: entry.receipt }
      : { state: 'queued', receivedAt: entry.receivedAt }
  }

  progress(partition: number): PartitionProgress {
    const { entries, visible, read } = this.#of(partition)
    return {
      read,
      oldestUnseen: entries[visible]?.receivedAt,
      oldestUncommitted: entries[0]?.receivedAt,
      unseenBytes: bytesOf(entries.slice(visible)),
      uncommittedBytes: bytesOf(entries),
    }
  }

  #of(partition: number): Partition {
    const known = this.#partitions.get(partition)
    if (known === undefined) throw new Error(`partition ${partition} has not begun`)
    return known
  }
}

function bytesOf(entries: readonly Entry[]): number {
  let bytes = 0
  for (const entry of entries) bytes += entry.bytes
  return bytes
}

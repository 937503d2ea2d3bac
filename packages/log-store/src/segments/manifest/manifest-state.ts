import type { DeadLetter } from '@heartwood/event'
import { type DeadLetterStats, LogStoreError, type StoreStats } from '../../port.ts'
import { type ShardDay, shardDayOf } from '../append/segment-day.ts'
import { letterBytes } from './dead-letter-file.ts'
import { FieldCatalog } from './field-catalog.ts'
import {
  type Checkpoint,
  type DeadLetterFileInfo,
  type Delta,
  type GoneDeadLetters,
  type ReceiptEntry,
  type ReceiptFileInfo,
  type SegmentInfo,
  type ShardInfo,
  storedBytes,
  type Tombstone,
} from './manifest-format.ts'

/** A receipt that is still in the log and in no receipt file yet. */
export interface LoggedReceipt {
  readonly partition: number
  readonly entry: ReceiptEntry
}

/** Everything the manifest says, kept by the writer and by every reader. Changed only by `apply`. */
export class ManifestState {
  readonly generation: number
  /** The writer whose generation it is, or 0 where that is not known; see Fence. */
  readonly epoch: number
  readonly catalog: FieldCatalog
  readonly segments: Map<string, SegmentInfo>
  /** Where the segments of the checkpoint are. */
  readonly shards: readonly ShardInfo[]
  /** Days whose segments are not those of the shards any more. */
  readonly changedDays = new Set<ShardDay>()
  readonly positions: Map<number, bigint>
  readonly receiptFiles: readonly ReceiptFileInfo[]
  readonly receipts: LoggedReceipt[] = []
  readonly deadLetterFiles: DeadLetterFileInfo[]
  readonly deadLetters: DeadLetter[] = []
  /** Ids that count no more, by the file that still holds them. */
  readonly goneDeadLetters = new Map<string, Set<string>>()
  readonly droppedDeadLetters: number
  readonly tombstones: Tombstone[]
  /** Commits that were taken in. */
  #commits = 0

  /** `sharded` are the segments of the checkpoint's shards. */
  constructor(generation: number, epoch: number, checkpoint: Checkpoint, sharded: Iterable<SegmentInfo>) {
    this.generation = generation
    this.epoch = epoch
    this.catalog = new FieldCatalog(checkpoint.fields)
    this.segments = new Map(Array.from(sharded, (segment) => [segment.file, segment]))
    this.shards = checkpoint.shards ?? []
    for (const segment of checkpoint.segments ?? []) this.#add(segment)
    this.positions = new Map(checkpoint.positions)
    this.receiptFiles = checkpoint.receipt_files
    this.deadLetterFiles = [...checkpoint.dead_letter_files]
    this.droppedDeadLetters = checkpoint.dead_letters_dropped ?? 0
    this.tombstones = [...checkpoint.tombstones]
  }

  static empty(): ManifestState {
    return new ManifestState(0, 0, EMPTY_CHECKPOINT, [])
  }

  get commits(): number {
    return this.#commits
  }

  /** Takes in a commit that is durable. A file of dead letters also holds those that were in the log before it. */
  apply(delta: Delta): void {
    this.#commits++
    for (const file of delta.remove ?? []) this.#remove(file)
    for (const segment of delta.add ?? []) this.#add(segment)
    if (delta.fields !== undefined) this.catalog.add(delta.fields)
    if (delta.position !== undefined) this.positions.set(delta.position[0], delta.position[1])
    if (delta.receipts !== undefined) {
      const partition = delta.position?.[0] ?? 0
      for (const entry of delta.receipts) this.receipts.push({ partition, entry })
    }
    for (const gone of delta.dead_letters_gone ?? []) this.#removeDeadLetters(gone)
    if (delta.dead_letters !== undefined) this.deadLetters.push(...delta.dead_letters)
    if (delta.dead_letter_file !== undefined) {
      this.deadLetters.length = 0
      this.deadLetterFiles.push(delta.dead_letter_file)
    }
    if (delta.tombstone !== undefined) this.tombstones.push(delta.tombstone)
  }

  #removeDeadLetters({ file, ids }: GoneDeadLetters): void {
    const gone = new Set(ids)
    if (file === undefined) {
      const kept = this.deadLetters.filter(({ id }) => !gone.has(id))
      this.deadLetters.splice(0, this.deadLetters.length, ...kept)
      return
    }
    this.goneDeadLetters.set(file, new Set([...(this.goneDeadLetters.get(file) ?? []), ...ids]))
  }

  #add(segment: SegmentInfo): void {
    this.segments.set(segment.file, segment)
    this.changedDays.add(shardDayOf(segment))
  }

  #remove(file: string): void {
    const segment = this.segments.get(file)
    if (segment === undefined) return
    this.segments.delete(file)
    this.changedDays.add(shardDayOf(segment))
  }

  /** Throws LogStoreError `corrupt` where a delta takes away or adds twice what it may not. */
  check(delta: Delta, file: string): void {
    for (const name of delta.remove ?? []) {
      if (!this.segments.has(name)) {
        throw new LogStoreError('corrupt', `${file} removes the segment ${name}, which is not live`)
      }
    }
    for (const segment of delta.add ?? []) {
      const isNew = !this.segments.has(segment.file) || delta.remove?.includes(segment.file)
      if (!isNew) {
        throw new LogStoreError('corrupt', `${file} adds the segment ${segment.file} twice`)
      }
    }
  }

  stats(): StoreStats {
    let events = 0
    let bytes = 0
    for (const segment of this.segments.values()) {
      events += segment.rows
      bytes += storedBytes(segment)
    }
    return {
      events,
      shown: 0,
      bytes,
      segments: this.segments.size,
      generation: this.generation,
      deadLetters: this.deadLetterStats(),
    }
  }

  deadLetterStats(): DeadLetterStats {
    let count = this.deadLetters.length
    let bytes = letterBytes(this.deadLetters)
    for (const file of this.deadLetterFiles) {
      count += file.count
      bytes += file.bytes
    }
    for (const ids of this.goneDeadLetters.values()) count -= ids.size
    return { count, bytes, dropped: this.droppedDeadLetters }
  }
}

export const EMPTY_CHECKPOINT: Checkpoint = {
  kind: 'checkpoint',
  fields: [],
  positions: [],
  receipt_files: [],
  dead_letter_files: [],
  tombstones: [],
}

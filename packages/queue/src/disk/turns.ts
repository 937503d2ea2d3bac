import type { PartitionWriter } from './partition-writer.ts'
import type { Payload } from './record-frame.ts'
import { WaitingRecords, type Written, waitingRecord } from './waiting-records.ts'

/**
 * Writes records that may go to any partition. They wait together while a group of them is written, and then go out as
 * the next group, to the partition that got the fewest bytes so far: so the syncs are few and large, and the partitions
 * fill alike however few the senders are.
 */
export class Turns {
  readonly #partitions: readonly { readonly writer: PartitionWriter; bytes: number }[]
  readonly #waiting = new WaitingRecords()
  #running: Promise<void> | undefined

  constructor(writers: readonly PartitionWriter[]) {
    this.#partitions = writers.map((writer) => ({ writer, bytes: 0 }))
  }

  /** Bytes of records that no partition has taken yet. */
  get waitingBytes(): number {
    return this.#waiting.bytes
  }

  /** Resolves once durable. Rejects with QueueError. */
  write(payload: Payload): Promise<Written> {
    const record = waitingRecord(payload)
    this.#waiting.add(record)
    this.#running ??= this.#run()
    return record.written
  }

  /** Resolves when nothing waits any more. */
  async close(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    for (let group = this.#waiting.takeGroup(); group.length > 0; group = this.#waiting.takeGroup()) {
      const partition = this.#partitions.reduce((least, other) => (other.bytes < least.bytes ? other : least))
      for (const { payload } of group) partition.bytes += payload.size
      partition.writer.accept(group)
      // A partition keeps the order, so the last one is also the last to be settled.
      await group.at(-1)?.written.catch(() => undefined)
    }
    // In the same turn as the empty group was seen: a record that comes later starts a new run.
    this.#running = undefined
  }
}

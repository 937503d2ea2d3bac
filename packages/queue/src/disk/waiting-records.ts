import type { QueueError } from '../port.ts'
import type { Payload } from './record-frame.ts'

const GROUP_BYTES = 32 << 20
const GROUP_RECORDS = 500

/** Where a record lies in the queue. */
export interface Written {
  readonly partition: number
  readonly position: bigint
}

/** A record on its way to the disk. */
export interface WaitingRecord {
  readonly payload: Payload
  readonly written: Promise<Written>
  readonly resolve: (written: Written) => void
  readonly reject: (error: QueueError) => void
}

export function waitingRecord(payload: Payload): WaitingRecord {
  const { promise, resolve, reject } = Promise.withResolvers<Written>()
  return { payload, written: promise, resolve, reject }
}

/** Records that wait to be written, in order. */
export class WaitingRecords {
  #records: WaitingRecord[] = []
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  add(...records: readonly WaitingRecord[]): void {
    this.#records.push(...records)
    for (const { payload } of records) this.#bytes += payload.size
  }

  /** Takes out those that share the next write and sync; none if none waits. */
  takeGroup(): WaitingRecord[] {
    let bytes = 0
    let count = 0
    for (const { payload } of this.#records) {
      if (count > 0 && (bytes + payload.size > GROUP_BYTES || count === GROUP_RECORDS)) break
      bytes += payload.size
      count++
    }
    this.#bytes -= bytes
    return this.#records.splice(0, count)
  }
}

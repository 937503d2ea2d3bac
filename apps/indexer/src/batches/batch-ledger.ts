import type { Nanos } from '@heartwood/event'
import type { BatchReceipt } from '@heartwood/log-store'

interface Queued {
  readonly partition: number
  readonly receivedAt: Nanos
  readonly bytes: number
}

/** Batches read from the queue and not yet committed, and the last committed ones. */
export class BatchLedger {
  readonly #queued = new Map<string, Queued>()
  readonly #committed = new Map<string, BatchReceipt>()
  readonly #keep: number

  /** @param keep how many committed batches are remembered; the store remembers more */
  constructor(keep = 10_000) {
    this.#keep = keep
  }

  read(batchId: string, queued: Queued): void {
    this.#queued.set(batchId, queued)
  }

  committed(receipts: readonly BatchReceipt[]): void {
    for (const receipt of receipts) {
      this.#queued.delete(receipt.batch_id)
      this.#committed.set(receipt.batch_id, receipt)
    }
    for (const oldest of this.#committed.keys()) {
      if (this.#committed.size <= this.#keep) break
      this.#committed.delete(oldest)
    }
  }

  /** Forgets what a partition had read: it begins again at its committed position. */
  startOver(partition: number): void {
    for (const [batchId, queued] of this.#queued) {
      if (queued.partition === partition) this.#queued.delete(batchId)
    }
  }

  receipt(batchId: string): BatchReceipt | undefined {
    return this.#committed.get(batchId)
  }

  queuedAt(batchId: string): Nanos | undefined {
    return this.#queued.get(batchId)?.receivedAt
  }

  /** When the oldest batch that is not committed yet was received, or undefined where there is none. */
  oldest(): Nanos | undefined {
    let oldest: Nanos | undefined
    for (const { receivedAt } of this.#queued.values()) {
      if (oldest === undefined || receivedAt < oldest) oldest = receivedAt
    }
    return oldest
  }

  /** Inflated bytes of the batches that are not committed yet. */
  bytes(): number {
    let bytes = 0
    for (const queued of this.#queued.values()) bytes += queued.bytes
    return bytes
  }
}

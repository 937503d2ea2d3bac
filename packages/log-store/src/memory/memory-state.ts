import {
  type DeadLetter,
  type EventBatch,
  type LogEvent,
  NANOS_PER_DAY,
  NANOS_PER_SECOND,
  type Nanos,
  rowOf,
} from '@heartwood/event'
import { compileBatchPredicate, compilePredicate, type Query } from '@heartwood/query-lang'
import type { BatchReceipt, DeleteRequest, StoreStats, TimeRange } from '../port.ts'
import { compareText, wellFormedEvent } from './memory-event.ts'

interface Tombstone {
  readonly request: DeleteRequest
  /** What `now` in the query means for good. */
  readonly at: Nanos
}

const WINDOW_BATCHES = 1_000_000
const WINDOW_AGE = 3600n * NANOS_PER_SECOND
/** In receipt time; what was accepted before a delete is appended long before this. */
const TOMBSTONE_AGE = 30n * NANOS_PER_DAY

/** What a memory store holds: the part that outlives its writer and readers. */
export class MemoryState {
  /** Newest first by (time, id), as they are answered. */
  events: LogEvent[] = []
  readonly positions = new Map<number, bigint>()
  readonly receipts = new Map<number, Map<string, BatchReceipt>>()
  /** Newest first. */
  deadLetters: DeadLetter[] = []
  generation = 0
  #tombstones: Tombstone[] = []

  add(batch: EventBatch): void {
    const kept = new Uint8Array(batch.length).fill(1)
    for (const { request, at } of this.#tombstones) {
      for (const row of compileBatchPredicate(request.query, at)(batch)) {
        const isCovered =
          (batch.observed_at[row] ?? 0n) <= request.acceptedBefore &&
          isIn(request.range, batch.timestamp[row] ?? 0n)
        if (isCovered) kept[row] = 0
      }
    }
    const added: LogEvent[] = []
    for (let row = 0; row < batch.length; row++) {
      if (kept[row] === 1) added.push(wellFormedEvent(rowOf(batch, row)))
    }
    if (added.length > 0) this.events = [...this.events, ...added].sort(newestFirst)
  }

  addReceipts(partition: number, receipts: readonly BatchReceipt[]): void {
    const window = this.receipts.get(partition) ?? new Map<string, BatchReceipt>()
    this.receipts.set(partition, window)
    let newest = 0n
    for (const receipt of receipts) {
      window.set(receipt.batch_id, receipt)
      if (receipt.received_at > newest) newest = receipt.received_at
    }
    for (const [id, { received_at }] of window) {
      if (window.size <= WINDOW_BATCHES || received_at >= newest - WINDOW_AGE) break
      window.delete(id)
    }
  }

  addDeadLetters(letters: readonly DeadLetter[]): void {
    this.deadLetters = [...letters.toReversed(), ...this.deadLetters]
  }

  delete(request: DeleteRequest, now: Nanos): number {
    this.#tombstones = [...this.#tombstones, { request, at: now }].filter(
      (tombstone) => now - tombstone.request.acceptedBefore < TOMBSTONE_AGE,
    )
    const matches = compilePredicate(request.query, now)
    return this.removeWhere((event) => isIn(request.range, event.timestamp) && matches(event))
  }

  removeWhere(isGone: (event: LogEvent) => boolean): number {
    const before = this.events.length
    this.events = this.events.filter((event) => !isGone(event))
    return before - this.events.length
  }

  /** The events in a range that a query matches, newest first. */
  matching(query: Query, range: TimeRange, now: Nanos): LogEvent[] {
    const matches = compilePredicate(query, now)
    return this.events.filter((event) => isIn(range, event.timestamp) && matches(event))
  }

  stats(): StoreStats {
    return { events: this.events.length, segments: 0, bytes: 0, generation: this.generation }
  }
}

export function isIn(range: TimeRange, time: Nanos): boolean {
  return time >= range.from && time < range.to
}

/** The order of answers: later times first, and of equal times the greater id. */
export function newestFirst(
  a: Pick<LogEvent, 'timestamp' | 'id'>,
  b: Pick<LogEvent, 'timestamp' | 'id'>,
): number {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? 1 : -1
  return compareText(b.id, a.id)
}

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
import { compareText } from '../compare-text.ts'
import { FLUSH_MILLIS, FlushRequests } from '../flush-requests.ts'
import type { BatchReceipt, DeleteRequest, StoreStats, TimeRange } from '../port.ts'
import { ShownRanges } from '../shown-ranges.ts'
import { wellFormedEvent } from './memory-event.ts'

interface Tombstone {
  readonly request: DeleteRequest
  /** What `now` in the query means for good. */
  readonly at: Nanos
}

/** Writes of a range wait. */
interface Hold {
  readonly range: TimeRange
  readonly released: Promise<void>
  readonly release: () => void
}

const WINDOW_BATCHES = 1_000_000
const WINDOW_AGE = 3600n * NANOS_PER_SECOND
/** In receipt time; what was accepted before a delete is appended long before this. */
const TOMBSTONE_AGE = 30n * NANOS_PER_DAY

/** What a memory store holds: the part that outlives its writer and readers. */
export class MemoryState {
  /** What was appended, newest first by (time, id). */
  #stored: readonly LogEvent[] = []
  readonly shown = new ShownRanges<readonly LogEvent[]>()
  /** Of the writer that opened last. */
  flushes = new FlushRequests(FLUSH_MILLIS)
  readonly positions = new Map<number, bigint>()
  readonly receipts = new Map<number, Map<string, BatchReceipt>>()
  /** Newest first. */
  deadLetters: DeadLetter[] = []
  generation = 0
  #tombstones: readonly Tombstone[] = []
  /** Deletes that wait for what is shown. */
  readonly #pending = new Set<Tombstone>()
  readonly #holds = new Set<Hold>()

  /** Newest first by (time, id), as they are answered. */
  get events(): readonly LogEvent[] {
    const shown = [...this.shown.all()].flatMap((range) => range.shown)
    return shown.length === 0 ? this.#stored : [...this.#stored, ...shown].sort(newestFirst)
  }

  append(partition: number, to: bigint, batch: EventBatch): void {
    this.#store(withoutDeleted(batch, this.#tombstones))
    this.positions.set(partition, to)
    this.shown.commit(partition, to)
    this.flushes.changed()
  }

  /** Until it is released, writes of events in the range wait. */
  holdWrites(range: TimeRange): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    const hold = { range, released: promise, release: resolve }
    this.#holds.add(hold)
    return () => {
      this.#holds.delete(hold)
      resolve()
    }
  }

  releaseWrites(): void {
    for (const hold of this.#holds) hold.release()
    this.#holds.clear()
  }

  /** Resolves when nothing holds up writes of these events. */
  async mayWrite(batch: EventBatch): Promise<void> {
    const isHeld = ({ range }: { readonly range: TimeRange }) =>
      batch.timestamp.subarray(0, batch.length).some((time) => isIn(range, time))
    for (;;) {
      const hold = [...this.#holds].find(isHeld)
      if (hold === undefined) return
      await hold.released
    }
  }

  /** Stores the events whose ids are not there. */
  write(batch: EventBatch): void {
    const known = new Set(this.#stored.map(({ id }) => id))
    const added = withoutDeleted(batch, this.#tombstones).filter(({ id }) => !known.has(id))
    this.#store([...new Map(added.map((event) => [event.id, event])).values()])
  }

  #store(added: readonly LogEvent[]): void {
    if (added.length > 0) this.#stored = [...this.#stored, ...added].sort(newestFirst)
  }

  show(partition: number, from: bigint | null, to: bigint, batch: EventBatch): void {
    const shown = withoutDeleted(batch, [...this.#tombstones, ...this.#pending])
    this.shown.add(partition, { from, to, shown })
    this.flushes.changed()
  }

  /** A new writer takes over, and starts without what the one before it showed. */
  takeOver(flushes: FlushRequests): number {
    this.shown.clear()
    this.flushes = flushes
    return ++this.generation
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

  /** How many went. */
  removeDeadLetters(isGone: (letter: DeadLetter) => boolean): number {
    const kept = this.deadLetters.filter((letter) => !isGone(letter))
    const gone = this.deadLetters.length - kept.length
    this.deadLetters = kept
    return gone
  }

  addDeadLetters(letters: readonly DeadLetter[]): void {
    this.deadLetters = [...letters.toReversed(), ...this.deadLetters]
  }

  /** Deletes once all of it that is shown has been appended; see LogWriter.delete. */
  async delete(request: DeleteRequest, now: Nanos): Promise<number> {
    const tombstone = { request, at: now }
    const matches = compilePredicate(request.query, now)
    const isGone = (event: LogEvent) => isIn(request.range, event.timestamp) && matches(event)
    this.#pending.add(tombstone)
    try {
      const shown = new Set([...this.shown.all()].map((range) => range.shown))
      await this.flushes.request(() => {
        const left = [...this.shown.all()].filter(
          (range) => shown.has(range.shown) && range.shown.some(isGone),
        )
        return new Set(left.map(({ partition }) => partition))
      })
    } finally {
      this.#pending.delete(tombstone)
    }
    this.#tombstones = [...this.#tombstones, tombstone].filter(
      ({ request }) => now - request.acceptedBefore < TOMBSTONE_AGE,
    )
    return this.removeWhere(isGone)
  }

  /** How many events went that happened and were received too long ago. */
  enforceRetention(days: number, now: Nanos): number {
    const horizon = now - BigInt(Math.round(days * 86_400)) * NANOS_PER_SECOND
    return this.removeWhere((event) => event.timestamp < horizon && event.observed_at < horizon)
  }

  removeWhere(isGone: (event: LogEvent) => boolean): number {
    const before = this.#stored.length
    this.#stored = this.#stored.filter((event) => !isGone(event))
    return before - this.#stored.length
  }

  /** The events in a range that a query matches, newest first. */
  matching(query: Query, range: TimeRange, now: Nanos): LogEvent[] {
    const matches = compilePredicate(query, now)
    return this.events.filter((event) => isIn(range, event.timestamp) && matches(event))
  }

  stats(): StoreStats {
    const events = this.events.length
    const deadLetters = { count: this.deadLetters.length, bytes: 0, dropped: 0 }
    const shown = events - this.#stored.length
    return { events, shown, segments: 0, bytes: 0, generation: this.generation, deadLetters }
  }
}

function withoutDeleted(batch: EventBatch, tombstones: readonly Tombstone[]): LogEvent[] {
  const kept = new Uint8Array(batch.length).fill(1)
  for (const { request, at } of tombstones) {
    for (const row of compileBatchPredicate(request.query, at)(batch)) {
      const isCovered =
        (batch.observed_at[row] ?? 0n) <= request.acceptedBefore &&
        isIn(request.range, batch.timestamp[row] ?? 0n)
      if (isCovered) kept[row] = 0
    }
  }
  const events: LogEvent[] = []
  for (let row = 0; row < batch.length; row++) {
    if (kept[row] === 1) events.push(wellFormedEvent(rowOf(batch, row)))
  }
  return events
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

import type { EventBatch, Nanos } from '@heartwood/event'
import { compileBatchPredicate, type Query } from '@heartwood/query-lang'
import { AppError } from '@heartwood/runtime'
import { TAIL_LIMITS, Tail, type TailLimits } from './tail.ts'

export interface TailHubOptions {
  readonly maxTails: number
  readonly limits?: TailLimits
  readonly now: () => Nanos
  /** How far the indexer is behind, milliseconds. */
  readonly lagMillis: () => number
  readonly skipped: (count: number) => void
}

/** The live tails of this indexer. Publishing to them takes bounded work and never waits. */
export class TailHub {
  readonly #options: TailHubOptions
  readonly #tails = new Set<Tail>()
  readonly #published = new Map<number, bigint>()
  readonly #clock: NodeJS.Timeout
  #closed = false

  constructor(options: TailHubOptions) {
    this.#options = options
    this.#clock = setInterval(() => this.#tick(), 1000).unref()
  }

  get size(): number {
    return this.#tails.size
  }

  /** Throws `too_many_queries` when as many tails are open as may be, `unavailable` when the app stops. */
  open(query: Query): Tail {
    const { maxTails, limits = TAIL_LIMITS, now, skipped } = this.#options
    if (this.#closed) throw new AppError('unavailable', 'The indexer is stopping.', { retryAfterSeconds: 2 })
    if (this.#tails.size >= maxTails) {
      throw new AppError('too_many_queries', `${maxTails} live tails are open, as many as are allowed.`, {
        retryAfterSeconds: 10,
      })
    }
    const tail = new Tail({ select: compileBatchPredicate(query, now()), limits, skipped })
    this.#tails.add(tail)
    tail.stream.once('close', () => this.#tails.delete(tail))
    tail.tick(this.#options.lagMillis())
    return tail
  }

  /**
   * Offers the events of the queue record at `position`. A record that was published before, because the partition
   * began again at its committed position, is not shown twice.
   */
  publish(partition: number, position: bigint, batch: EventBatch): void {
    const last = this.#published.get(partition)
    if (last !== undefined && position <= last) return
    this.#published.set(partition, position)
    if (batch.length === 0) return
    for (const tail of this.#tails) {
      try {
        tail.offer(batch)
      } catch (cause) {
        tail.end(new AppError('internal', 'The tail could not test the events that came.', { cause }))
        this.#tails.delete(tail)
      }
    }
  }

  /** Ends all tails; their clients come back. */
  close(): void {
    this.#closed = true
    clearInterval(this.#clock)
    for (const tail of this.#tails) tail.end()
    this.#tails.clear()
  }

  #tick(): void {
    const lag = this.#options.lagMillis()
    for (const tail of this.#tails) tail.tick(lag)
  }
}

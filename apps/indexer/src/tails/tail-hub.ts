import type { Nanos } from '@heartwood/event'
import { AppError } from '@heartwood/runtime'
import type { WorkerCommand } from '../workers/worker-messages.ts'
import { Tail } from './tail.ts'
import { REFILL_MILLIS, TAIL_LIMITS, type TailLimits } from './tail-limits.ts'
import type { TailRows } from './tail-outlet.ts'

/** A worker as the hub knows it. */
export interface TailWorker {
  send(command: WorkerCommand): void
}

export interface TailHubOptions {
  /** All workers; each tests the events of its partitions. */
  readonly workers: readonly TailWorker[]
  readonly maxTails: number
  readonly limits?: TailLimits
  readonly now: () => Nanos
  /** How far the indexer is behind, milliseconds. */
  readonly lagMillis: () => number
  readonly skipped: (count: number) => void
}

interface OpenTail {
  readonly tail: Tail
  /** Workers that do not test for it yet. */
  readonly missing: Set<TailWorker>
  readonly opened: PromiseWithResolvers<void>
}

/** The live tails of this indexer: what the workers find for them goes to their clients. */
export class TailHub {
  readonly #options: TailHubOptions
  readonly #tails = new Map<number, OpenTail>()
  readonly #clocks: readonly NodeJS.Timeout[]
  #last = 0
  #closed = false

  constructor(options: TailHubOptions) {
    this.#options = options
    this.#clocks = [
      setInterval(() => this.#tick(), 1_000).unref(),
      setInterval(() => this.#refill(), REFILL_MILLIS).unref(),
    ]
  }

  get size(): number {
    return this.#tails.size
  }

  /**
   * Opens a tail for a query that has no errors; resolves when no event that comes from now on is missed, of as many a
   * second as are wanted.
   * Throws `too_many_queries` when as many tails are open as may be, `unavailable` when the app stops.
   */
  async open(query: string, wantedPerSecond?: number): Promise<Tail> {
    const { workers, maxTails, limits = TAIL_LIMITS, now, skipped, lagMillis } = this.#options
    if (this.#closed) throw stopping()
    if (this.#tails.size >= maxTails) {
      throw new AppError('too_many_queries', `${maxTails} live tails are open, as many as are allowed.`, {
        retryAfterSeconds: 10,
      })
    }
    const id = ++this.#last
    const perSecond = Math.min(limits.perSecond, wantedPerSecond ?? limits.perSecond)
    const tail = new Tail({ ...limits, perSecond }, skipped)
    const opened = Promise.withResolvers<void>()
    this.#tails.set(id, { tail, missing: new Set(workers), opened })
    tail.stream.once('close', () => this.#closeTail(id))
    for (const worker of workers) worker.send({ kind: 'open-tail', tail: id, query, at: now(), perSecond })
    await opened.promise
    tail.tick(lagMillis())
    return tail
  }

  /** A worker tests for the tail from now on. */
  openedBy(worker: TailWorker, tail: number): void {
    const open = this.#tails.get(tail)
    open?.missing.delete(worker)
    if (open?.missing.size === 0) open.opened.resolve()
  }

  /** Takes what a worker found. */
  take(worker: TailWorker, { tail, rows, matched }: TailRows): void {
    worker.send({ kind: 'tail-arrived', tail, rows: rows.length })
    this.#tails.get(tail)?.tail.offer(rows, matched)
  }

  /** A worker cannot test for the tail. */
  fail(tail: number, reason: string): void {
    const cause = new Error(reason)
    this.#tails
      .get(tail)
      ?.tail.end(new AppError('internal', 'The tail could not test the events that came.', { cause }))
    this.#closeTail(tail)
  }

  /** Ends all tails; their clients come back. */
  close(): void {
    this.#closed = true
    for (const clock of this.#clocks) clearInterval(clock)
    for (const { tail, opened } of this.#tails.values()) {
      opened.reject(stopping())
      tail.end()
    }
    this.#tails.clear()
  }

  #closeTail(id: number): void {
    const open = this.#tails.get(id)
    if (open === undefined) return
    this.#tails.delete(id)
    open.opened.reject(stopping())
    for (const worker of this.#options.workers) worker.send({ kind: 'close-tail', tail: id })
  }

  #tick(): void {
    const lag = this.#options.lagMillis()
    for (const { tail } of this.#tails.values()) tail.tick(lag)
  }

  #refill(): void {
    for (const { tail } of this.#tails.values()) tail.refill(REFILL_MILLIS / 1_000)
  }
}

function stopping(): AppError {
  return new AppError('unavailable', 'The indexer is stopping.', { retryAfterSeconds: 2 })
}

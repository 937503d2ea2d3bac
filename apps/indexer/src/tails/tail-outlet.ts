import { toLogJson } from '@heartwood/api'
import { type EventBatch, exactJson, type Nanos, rowOf } from '@heartwood/event'
import { reasonOf } from '@heartwood/indexing'
import { compileBatchPredicate, parse } from '@heartwood/query-lang'
import type { ReadBatch } from '../groups/read-batch.ts'
import { Allowance } from './allowance.ts'
import { REFILL_MILLIS, type TailLimits } from './tail-limits.ts'

/** What matches of a batch, for one tail. */
export interface TailRows {
  readonly tail: number
  /** The newest of what matches, as far as there is room: events as JSON text. */
  readonly rows: string[]
  /** How many match, those that are not among `rows` too. */
  readonly matched: number
}

interface OpenTail {
  readonly select: (batch: EventBatch) => Uint32Array
  /** Rows on their way to the main thread. */
  underway: number
  readonly allowance: Allowance
}

export interface TailOpening {
  readonly tail: number
  readonly query: string
  /** What `now` means in the query. */
  readonly at: Nanos
  /** Rows a second at most. */
  readonly perSecond: number
}

/**
 * The worker's side of the live tails: tests batches and sends what matches on its way. What a tail sends is bounded, by
 * the second and by what has not arrived; the rest is only counted. Publishing never waits.
 */
export class TailOutlet {
  readonly #limits: TailLimits
  readonly #send: (rows: TailRows) => void
  readonly #fail: (tail: number, reason: string) => void
  readonly #tails = new Map<number, OpenTail>()
  readonly #published = new Map<number, bigint>()
  readonly #clock: NodeJS.Timeout

  constructor(
    limits: TailLimits,
    send: (rows: TailRows) => void,
    fail: (tail: number, reason: string) => void,
  ) {
    this.#limits = limits
    this.#send = send
    this.#fail = fail
    this.#clock = setInterval(() => this.refill(REFILL_MILLIS / 1_000), REFILL_MILLIS).unref()
  }

  open({ tail, query, at, perSecond }: TailOpening): void {
    const select = compileBatchPredicate(parse(query).query, at)
    this.#tails.set(tail, { select, underway: 0, allowance: new Allowance(perSecond) })
  }

  close(tail: number): void {
    this.#tails.delete(tail)
  }

  arrived(tail: number, rows: number): void {
    const open = this.#tails.get(tail)
    if (open !== undefined) open.underway -= rows
  }

  /** So much time has passed. */
  refill(seconds: number): void {
    for (const { allowance } of this.#tails.values()) allowance.refill(seconds)
  }

  /**
   * Offers the events of a batch. Records that were published before, because the partition began again at its committed
   * position, are not shown twice.
   */
  publish(partition: number, { records, events }: ReadBatch): void {
    const before = this.#published.get(partition)
    const last = records.at(-1)
    if (last === undefined || (before !== undefined && last.position <= before)) return
    this.#published.set(partition, last.position)
    if (this.#tails.size === 0 || events.length === 0) return
    let firstNew = 0
    for (const record of records)
      if (before !== undefined && record.position <= before) firstNew += record.events
    for (const [id, tail] of this.#tails) {
      try {
        this.#offer(id, tail, events, firstNew)
      } catch (error) {
        this.#tails.delete(id)
        this.#fail(id, reasonOf(error))
      }
    }
  }

  closeAll(): void {
    clearInterval(this.#clock)
    this.#tails.clear()
  }

  #offer(id: number, tail: OpenTail, events: EventBatch, firstNew: number): void {
    const matching = tail.select(events)
    const found = firstNew === 0 ? matching : matching.filter((row) => row >= firstNew)
    if (found.length === 0) return
    const room = tail.allowance.take(Math.max(0, Math.min(found.length, this.#limits.ring - tail.underway)))
    tail.underway += room
    const rows = Array.from(found.subarray(found.length - room), (row) =>
      exactJson(toLogJson(rowOf(events, row))),
    )
    this.#send({ tail: id, rows, matched: found.length })
  }
}

import { Readable } from 'node:stream'
import { type TailLogs, type TailStats, toLogJson } from '@heartwood/api'
import { type EventBatch, exactJson, type LogEvent, rowOf } from '@heartwood/event'
import { type AppError, type ErrorBody, errorBody } from '@heartwood/runtime'

export interface TailLimits {
  /** Events that may wait for a client that reads slowly. */
  readonly ring: number
  /** Events a second that are prepared for one client; nobody reads more, and the indexer has other work. */
  readonly perSecond: number
}

export const TAIL_LIMITS: TailLimits = { ring: 2_000, perSecond: 10_000 }

const EVENTS_A_FRAME = 200
const BUFFER_BYTES = 64 * 1024

/**
 * One live tail: a stream of server-sent events (`logs`, `stats`, `error`) that holds a bounded number of matching
 * events. The client sets the pace: frames are made when the stream asks for them. What comes too fast is skipped,
 * oldest first, and counted; offering never waits.
 */
export class Tail {
  readonly stream: Readable
  readonly #select: (batch: EventBatch) => Uint32Array
  readonly #limits: TailLimits
  readonly #skippedMore: (count: number) => void
  readonly #waiting: LogEvent[] = []
  #first = 0
  #allowance: number
  #shown = 0
  #matched = 0
  #skipped = 0
  #stats: TailStats | undefined
  #wanted = false
  #ended = false

  constructor(options: {
    readonly select: (batch: EventBatch) => Uint32Array
    readonly limits: TailLimits
    readonly skipped: (count: number) => void
  }) {
    this.#select = options.select
    this.#limits = options.limits
    this.#skippedMore = options.skipped
    this.#allowance = options.limits.perSecond
    this.stream = new Readable({
      highWaterMark: BUFFER_BYTES,
      read: () => {
        this.#wanted = true
        this.#pump()
      },
    })
  }

  /** Shows the matching rows of a batch, as far as there is room. */
  offer(batch: EventBatch): void {
    const rows = this.#select(batch)
    if (rows.length === 0) return
    this.#matched += rows.length
    const room = Math.min(rows.length, this.#limits.ring, this.#allowance)
    this.#allowance -= room
    this.#skip(rows.length - room)
    for (const row of rows.subarray(rows.length - room)) this.#waiting.push(rowOf(batch, row))
    const over = this.#waiting.length - this.#first - this.#limits.ring
    if (over > 0) {
      this.#first += over
      this.#skip(over)
    }
    this.#compact()
    this.#pump()
  }

  /** Once a second: the counts so far, also a sign of life. A client that is behind gets the newest only. */
  tick(lagMillis: number): void {
    this.#allowance = this.#limits.perSecond
    this.#stats = { ...this.counts(), lag_ms: lagMillis }
    this.#pump()
  }

  counts(): { readonly shown: number; readonly matched: number; readonly skipped: number } {
    return { shown: this.#shown, matched: this.#matched, skipped: this.#skipped }
  }

  /** Ends the stream; with an error, says it first. */
  end(error?: AppError): void {
    if (this.#ended || this.stream.destroyed) return
    this.#ended = true
    if (error !== undefined) this.stream.push(frame('error', errorBody(error)))
    this.stream.push(null)
  }

  #skip(count: number): void {
    if (count === 0) return
    this.#skipped += count
    this.#skippedMore(count)
  }

  #pump(): void {
    while (this.#wanted && !this.#ended && !this.stream.destroyed) {
      const text = this.#nextFrame()
      if (text === undefined) return
      this.#wanted = this.stream.push(text)
    }
  }

  #nextFrame(): string | undefined {
    const logs = this.#waiting.slice(this.#first, this.#first + EVENTS_A_FRAME)
    if (logs.length > 0) {
      this.#first += logs.length
      this.#shown += logs.length
      this.#compact()
      return frame('logs', { logs: logs.map(toLogJson) })
    }
    if (this.#stats === undefined) return undefined
    // The counts are taken anew, so that they cover the frames that went out before them.
    const stats = { ...this.#stats, ...this.counts() }
    this.#stats = undefined
    return frame('stats', stats)
  }

  /** Lets go of what was shown or skipped, now and then, since taking from the front of an array moves the rest. */
  #compact(): void {
    if (this.#first < this.#limits.ring && this.#first < this.#waiting.length) return
    this.#waiting.splice(0, this.#first)
    this.#first = 0
  }
}

/** A server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html); JSON has no line breaks. */
function frame(event: 'logs' | 'stats' | 'error', data: TailLogs | TailStats | ErrorBody): string {
  return `event: ${event}\ndata: ${exactJson(data)}\n\n`
}

import { Readable } from 'node:stream'
import type { TailStats } from '@heartwood/api'
import { type AppError, errorBody } from '@heartwood/runtime'
import { Allowance } from './allowance.ts'
import type { TailLimits } from './tail-limits.ts'

const EVENTS_A_FRAME = 200
/** A frame of long events has fewer: a page reads a frame in one go, and must go on answering. */
const FRAME_CHARACTERS = 256 * 1024
const BUFFER_BYTES = 64 * 1024

/**
 * One live tail: a stream of server-sent events (`logs`, `stats`, `error`) that holds a bounded number of matching
 * events, as JSON text. The client sets the pace: frames are made when the stream asks for them. What comes too fast is
 * skipped, oldest first, and counted; offering never waits.
 */
export class Tail {
  readonly stream: Readable
  readonly #limits: TailLimits
  readonly #skippedMore: (count: number) => void
  readonly #waiting: string[] = []
  #first = 0
  readonly #allowance: Allowance
  #shown = 0
  #matched = 0
  #skipped = 0
  #stats: TailStats | undefined
  #wanted = false
  #ended = false

  constructor(limits: TailLimits, skipped: (count: number) => void) {
    this.#limits = limits
    this.#skippedMore = skipped
    this.#allowance = new Allowance(limits.perSecond)
    this.stream = new Readable({
      highWaterMark: BUFFER_BYTES,
      read: () => {
        this.#wanted = true
        this.#pump()
      },
    })
  }

  /** Shows events, as far as there is room. `matched` counts those that were skipped on the way here too. */
  offer(events: readonly string[], matched: number): void {
    this.#matched += matched
    const room = this.#allowance.take(Math.min(events.length, this.#limits.ring))
    this.#skip(matched - room)
    for (const event of events.slice(events.length - room)) this.#waiting.push(event)
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
    this.#stats = { ...this.counts(), lag_ms: lagMillis }
    this.#pump()
  }

  /** So much time has passed. */
  refill(seconds: number): void {
    this.#allowance.refill(seconds)
  }

  counts(): { readonly shown: number; readonly matched: number; readonly skipped: number } {
    return { shown: this.#shown, matched: this.#matched, skipped: this.#skipped }
  }

  /** Ends the stream; with an error, says it first. */
  end(error?: AppError): void {
    if (this.#ended || this.stream.destroyed) return
    this.#ended = true
    if (error !== undefined) this.stream.push(frame('error', JSON.stringify(errorBody(error))))
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
    const logs = this.#waiting.slice(this.#first, this.#first + this.#eventsOfFrame())
    if (logs.length > 0) {
      this.#first += logs.length
      this.#shown += logs.length
      this.#compact()
      return frame('logs', `{"logs":[${logs.join(',')}]}`)
    }
    if (this.#stats === undefined) return undefined
    // The counts are taken anew, so that they cover the frames that went out before them.
    const stats = { ...this.#stats, ...this.counts() }
    this.#stats = undefined
    return frame('stats', JSON.stringify(stats))
  }

  #eventsOfFrame(): number {
    const most = Math.min(EVENTS_A_FRAME, this.#waiting.length - this.#first)
    let events = 0
    for (let characters = 0; events < most && characters < FRAME_CHARACTERS; events++)
      characters += this.#waiting[this.#first + events]?.length ?? 0
    return events
  }

  /** Lets go of what was shown or skipped, now and then, since taking from the front of an array moves the rest. */
  #compact(): void {
    if (this.#first < this.#limits.ring && this.#first < this.#waiting.length) return
    this.#waiting.splice(0, this.#first)
    this.#first = 0
  }
}

/** A server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html); JSON has no line breaks. */
function frame(event: 'logs' | 'stats' | 'error', json: string): string {
  return `event: ${event}\ndata: ${json}\n\n`
}

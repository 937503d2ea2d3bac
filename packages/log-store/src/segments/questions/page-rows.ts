import type { LogEvent, Nanos } from '@heartwood/event'
import type { SearchPosition, SearchRequest } from '../../port.ts'
import { eventsAt } from '../fetch/event-fetch.ts'
import { isBefore } from '../fetch/walk-order.ts'
import type { Hit } from './hits.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'

/** Behind every id there is, in the order of UTF-8 bytes. */
const LAST_ID = '\u{10ffff}'

/** The rows of a page, handed out as it becomes known that none comes before them. */
export class PageRows {
  readonly #means: ReadMeans
  readonly #plan: QueryPlan
  readonly #request: SearchRequest
  readonly #handedOut: LogEvent[]
  /** Rows that are left to hand out, and how many of them were. */
  readonly #left: number
  #done = 0

  /** `handedOut` takes the events of the page; the search goes on behind those that it has. */
  constructor(means: ReadMeans, plan: QueryPlan, request: SearchRequest, handedOut: LogEvent[]) {
    this.#means = means
    this.#plan = plan
    this.#request = request
    this.#handedOut = handedOut
    this.#left = request.limit - handedOut.length
  }

  /** Whether anybody is told before the page is whole. */
  get isTold(): boolean {
    return this.#request.onRows !== undefined || this.#request.onProgress !== undefined
  }

  /** Says how much there is to look at, before the first part of it, which may take long. */
  begun(after: SearchPosition | undefined): void {
    const { order = 'newest', onProgress } = this.#request
    const { range, segments } = this.#plan
    const timestamp = order === 'newest' ? range.to : range.from
    onProgress?.({ ...this.#means.tally.progress(segments), reached: after ?? { timestamp, id: '' } })
  }

  /**
   * The first hits so far, of which those before `nextTime` are certain; all are where it is undefined. Between two calls
   * the certain ones stay what they are.
   */
  async found(hits: readonly Hit[], nextTime: Nanos | undefined): Promise<void> {
    const { order = 'newest', onRows, onProgress } = this.#request
    const isCertain = ({ timestamp }: Hit) => nextTime === undefined || isBefore(order, timestamp, nextTime)
    const certain = hits.slice(this.#done, this.#left).filter(isCertain)
    const { tally, check } = this.#means
    if (certain.length > 0) {
      const events = await eventsAt(this.#means, this.#plan.catalog, certain)
      this.#done += events.length
      this.#handedOut.push(...events)
      onRows?.(events)
    }
    check()
    if (onProgress === undefined) return
    const reached = this.#reached(nextTime)
    if (reached !== undefined) onProgress({ ...tally.progress(this.#plan.segments), reached })
  }

  #reached(nextTime: Nanos | undefined): SearchPosition | undefined {
    const { order = 'newest' } = this.#request
    const isFull = this.#done === this.#left
    if (isFull || nextTime === undefined) return this.#handedOut.at(-1)
    return order === 'newest' ? { timestamp: nextTime, id: LAST_ID } : { timestamp: nextTime, id: '' }
  }
}

import { isoFromNanos, NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import { floorTo } from '../floor-to.ts'
import type { TimeRange } from '../port.ts'
import type { Coverage } from './coverage.ts'
import { coverageOf, EVER, type KeptCoverage } from './kept-coverage.ts'

/** So old may the coverage be that a question begins with, milliseconds. */
const FRESH_MILLIS = 30_000
/** So long may a question take, milliseconds: as long as any store lets it. */
const QUESTION_MILLIS = 60_000
/** After as long as this no question goes on with a coverage that has changed. Half a minute is for clocks and pauses. */
export const READERS_LEAVE_MILLIS = FRESH_MILLIS + QUESTION_MILLIS + 30_000

export interface FollowedCoverageParts {
  /** Reads it where it is kept. */
  readonly read: () => Promise<KeptCoverage>
  /** Days that hot keeps at least; as whoever retires them has it. */
  readonly hotDays: number
  readonly now: () => Nanos
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
}

/**
 * The coverage as a reader knows it: read now and then, so that a question need not wait for where it is kept. While that is
 * away, it says what hot may have given up meanwhile.
 */
export class FollowedCoverage {
  readonly #parts: FollowedCoverageParts
  #known: { readonly kept: KeptCoverage; readonly at: number; readonly time: Nanos } | undefined
  #reading: Promise<void> | undefined

  constructor(parts: FollowedCoverageParts) {
    this.#parts = parts
  }

  /** Reads it anew; throws what that throws. */
  follow(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #read(): Promise<void> {
    const { read, clock, now } = this.#parts
    const [at, time] = [clock(), now()]
    this.#known = { kept: await read(), at, time }
  }

  readonly current = async (): Promise<Coverage> => {
    if (!this.#isFresh()) await this.follow().catch(() => undefined)
    const coverage = coverageOf(this.#known?.kept ?? { restored: [] })
    if (this.#isFresh()) return coverage
    const ranges = this.#maybeRetired()
    return ranges.length === 0 ? coverage : { ...coverage, unsure: { ranges, reason: this.#reason() } }
  }

  #isFresh(): boolean {
    return this.#known !== undefined && this.#parts.clock() - this.#known.at < FRESH_MILLIS
  }

  /** What is due, and may have been retired since the coverage was known. */
  #maybeRetired(): TimeRange[] {
    const { hotDays, now } = this.#parts
    const { hot_from = EVER.from, restored = [] } = this.#known?.kept ?? {}
    const horizon = floorTo(now(), NANOS_PER_DAY) - BigInt(hotDays) * NANOS_PER_DAY
    const ended = restored.filter(({ until }) => until <= now()).map(({ from, to }) => ({ from, to }))
    return hot_from < horizon ? [...ended, { from: hot_from, to: horizon }] : ended
  }

  #reason(): string {
    const since = this.#known === undefined ? '' : ` since ${isoFromNanos(this.#known.time)}`
    return `the archive cannot say${since} which days it answers`
  }
}

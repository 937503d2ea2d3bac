import { type EventBatch, FLAGS, NANOS_PER_DAY } from '@heartwood/event'
import type { ReadTime, ZoneOfTime } from './calendar.ts'
import type { PlainIso } from './plain-iso.ts'
import { ReadingTimes } from './reading-times.ts'
import { resolveTime } from './resolve.ts'

const DAY_NANOS = Number(NANOS_PER_DAY)
const TWO_32 = 2 ** 32

/**
 * The times of a batch while a step looks for better ones. Times are looked at as pairs of 32-bit halves (low one first,
 * as they stand in memory), since a bigint of each would be an allocation.
 */
export class EventTimes {
  readonly timestamp: BigInt64Array<ArrayBuffer>
  readonly flags: Uint8Array
  readonly #observed: BigInt64Array
  readonly #halves: Int32Array
  readonly #observedHalves: Int32Array
  readonly #readings: ReadingTimes

  constructor(batch: EventBatch) {
    this.timestamp = new BigInt64Array(batch.timestamp)
    this.flags = batch.flags.slice()
    this.#observed = batch.observed_at
    this.#halves = halvesOf(this.timestamp)
    this.#observedHalves = halvesOf(batch.observed_at)
    this.#readings = new ReadingTimes(batch)
  }

  /** Whether a row still waits for its time: the door gave it the receipt time, and no step found another. */
  waits(row: number): boolean {
    if (((this.flags[row] ?? 0) & FLAGS.time_inferred) === 0) return false
    const at = row * 2
    return (
      this.#halves[at] === this.#observedHalves[at] && this.#halves[at + 1] === this.#observedHalves[at + 1]
    )
  }

  /**
   * Gives a row the time read, where it does not lie more than 24 hours in the future. Gives whether it is used exactly:
   * where a year had to be completed, it stays flagged as inferred. A row of which is known when an agent read it gets no
   * time whose zone is a guess: that may be hours off, and the reading is not.
   */
  set(row: number, time: ReadTime): boolean {
    if (!this.#mayTake(row, time.kind === 'exact' ? time.zone : 'assumed')) return false
    const resolved = resolveTime(time, this.#observed[row] ?? 0n)
    if (resolved === undefined) return false
    this.timestamp[row] = resolved.nanos
    if (!resolved.inferred) this.#unflag(row)
    return !resolved.inferred
  }

  /** `set` for a time that was read without a bigint. */
  setPlain(row: number, time: PlainIso): boolean {
    if (!this.#mayTake(row, time.zone)) return false
    const at = row * 2
    const low = this.#halves[at] ?? 0
    const high = this.#halves[at + 1] ?? 0
    time.put(this.#halves, at)
    const highApart = (this.#halves[at + 1] ?? 0) - (this.#observedHalves[at + 1] ?? 0)
    const lowApart = ((this.#halves[at] ?? 0) >>> 0) - ((this.#observedHalves[at] ?? 0) >>> 0)
    // Exact up to 104 days, and a day is what it is compared with.
    if (highApart * TWO_32 + lowApart > DAY_NANOS) {
      this.#halves[at] = low
      this.#halves[at + 1] = high
      return false
    }
    this.#unflag(row)
    return true
  }

  #mayTake(row: number, zone: ZoneOfTime): boolean {
    return zone === 'named' || !this.#readings.has(row)
  }

  #unflag(row: number): void {
    this.flags[row] = (this.flags[row] ?? 0) & ~FLAGS.time_inferred
  }
}

/** As a little-endian machine has them. */
function halvesOf(times: BigInt64Array): Int32Array {
  return new Int32Array(times.buffer, times.byteOffset, times.length * 2)
}

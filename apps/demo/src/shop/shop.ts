import type { Timetable } from '../incidents/timetable.ts'
import { chores } from './chores.ts'
import type { Entry } from './entry.ts'
import { journeyOf } from './journeys.ts'
import { randomOf } from './random.ts'
import { shopperAt } from './shoppers.ts'

/** Time is simulated in strides: whoever enters the shop within one of them, epoch milliseconds. */
const STRIDE_MILLIS = 5_000
/** A trip and all it causes are over after this long, milliseconds. */
export const LONGEST_TRIP_MILLIS = 15_000
/** Trips a second, on average over the day. */
const TRIPS_A_SECOND = 11.3
const REMEMBERED = 2 * (LONGEST_TRIP_MILLIS / STRIDE_MILLIS + 1)

/** Everything the services say, as a pure function of seed, timetable and time. */
export interface Shop {
  /** In order of time; `to` is exclusive. */
  entries(from: number, to: number): Entry[]
}

export function shop(seed: number, timetable: Timetable): Shop {
  // What is asked for next overlaps with what was asked for last; a stride is the same whenever it is simulated.
  const remembered = new Map<number, readonly Entry[]>()
  const strideOf = (number: number): readonly Entry[] => {
    const known = remembered.get(number)
    if (known !== undefined) return known
    const entries = stride(seed, timetable, number)
    remembered.set(number, entries)
    for (const old of remembered.keys()) {
      if (remembered.size <= REMEMBERED) break
      remembered.delete(old)
    }
    return entries
  }
  return {
    entries(from, to) {
      const found: Entry[] = [...chores(from, to), ...timetable.lines(from, to)]
      const last = Math.ceil(to / STRIDE_MILLIS)
      for (let number = Math.floor((from - LONGEST_TRIP_MILLIS) / STRIDE_MILLIS); number < last; number++) {
        for (const entry of strideOf(number)) if (entry.at >= from && entry.at < to) found.push(entry)
      }
      return found.sort((a, b) => a.at - b.at)
    },
  }
}

function stride(seed: number, timetable: Timetable, number: number): readonly Entry[] {
  const random = randomOf(seed, number)
  const begin = number * STRIDE_MILLIS
  const entries: Entry[] = []
  const trips = Math.round((TRIPS_A_SECOND * crowd(begin) * STRIDE_MILLIS * random.whole(80, 120)) / 100_000)
  for (let trip = 0; trip < trips; trip++) {
    const at = begin + random.whole(0, STRIDE_MILLIS - 1)
    const going = {
      random,
      shopper: shopperAt(random, at),
      traceId: random.hex(32),
      requestId: `req-${random.hex(12)}`,
      conditionOf: timetable.conditionOf,
      log: (entry: Entry) => void entries.push(entry),
    }
    journeyOf(going)(going, at)
  }
  return entries
}

/** How full the shop is: it comes and goes in slow waves. */
function crowd(at: number): number {
  return 1 + 0.14 * Math.sin(at / 420_000) + 0.08 * Math.sin(at / 97_000)
}

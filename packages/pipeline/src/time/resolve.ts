import { NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import type { ReadTime } from './calendar.ts'

/**
 * The time of an event from what was read and when it was received; undefined where it lies more than 24 hours in
 * the future: clocks and zones go wrong by hours, not by days. A time without its year gets the latest year that
 * keeps this rule. `inferred` says that the year was completed.
 */
export function resolveTime(
  time: ReadTime,
  observed: Nanos,
): { readonly nanos: Nanos; readonly inferred: boolean } | undefined {
  const limit = observed + NANOS_PER_DAY
  if (time.kind === 'exact') return time.nanos > limit ? undefined : { nanos: time.nanos, inferred: false }
  const thisYear = yearOf(limit)
  // Eight years back there is always a 29 February (1900 and 2100 have none).
  for (let year = thisYear; year >= thisYear - 8; year--) {
    const nanos = time.inYear(year)
    if (nanos !== undefined && nanos <= limit) return { nanos, inferred: true }
  }
  return undefined
}

/** The time asked for last, and its year: the rows of a batch were received together. */
let asked = 0n
let year = 1970

function yearOf(nanos: Nanos): number {
  if (nanos !== asked) {
    year = new Date(Number(nanos / 1_000_000n)).getUTCFullYear()
    asked = nanos
  }
  return year
}

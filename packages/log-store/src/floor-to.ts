import type { Nanos } from '@heartwood/event'

/** The start of the interval a time lies in, also before 1970. */
export function floorTo(time: Nanos, interval: Nanos): Nanos {
  const remainder = time % interval
  return time - (remainder < 0n ? remainder + interval : remainder)
}

import type { Nanos } from '@heartwood/event'
import type { SearchOrder, TimeRange } from '../../port.ts'

/** Whether a time comes before another in an order. */
export function isBefore(order: SearchOrder, time: Nanos, other: Nanos): boolean {
  return order === 'newest' ? time > other : time < other
}

/** The edge of a span of time at which a walk in an order comes upon it. */
export function nearEdge(order: SearchOrder, min: Nanos, max: Nanos): Nanos {
  return order === 'newest' ? max : min
}

/** The part of a range that a walk is through with when it has passed a time, that time included. */
export function rangeUpTo(order: SearchOrder, { from, to }: TimeRange, time: Nanos): TimeRange {
  return order === 'newest' ? { from: later(from, time), to } : { from, to: earlier(to, time + 1n) }
}

/** The part of a range that a walk has before it when it has passed a time, that time left out. */
export function rangeBehind(order: SearchOrder, { from, to }: TimeRange, time: Nanos): TimeRange {
  return order === 'newest' ? { from, to: earlier(to, time) } : { from: later(from, time + 1n), to }
}

function later(a: Nanos, b: Nanos): Nanos {
  return a > b ? a : b
}

function earlier(a: Nanos, b: Nanos): Nanos {
  return a < b ? a : b
}

import type { LogJson } from '@heartwood/api'
import { nanosFromIso } from '@heartwood/event'
import { durationText } from '../search/details/fields/readable-value.ts'

/** How long after `start` a log was written, nanoseconds; as exact as a double is over the length of a trace. */
export function offsetNanos(log: LogJson, start: LogJson): number {
  return Number(nanosOf(log) - nanosOf(start))
}

/** `+12.3 ms`; the beginning is `0`. */
export function offsetText(nanos: number): string {
  return nanos === 0 ? '0' : `+${durationText(nanos)}`
}

function nanosOf(log: LogJson): bigint {
  return nanosFromIso(log['@timestamp']) ?? 0n
}

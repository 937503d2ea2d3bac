import { millisFromNanos, nanosFromMillis } from '@heartwood/event'
import { readTypedTime } from '@heartwood/query-lang'
import { momentRange, type TimeRange } from './time-range.ts'

/** A range to show, and the moment in it that was asked for, epoch milliseconds. */
export interface PickedTime {
  readonly range: TimeRange
  readonly at?: number
}

/** What someone typed as a time, as the range to show; undefined where it is none. */
export function typedRange(text: string, now: number, zone: string): PickedTime | undefined {
  const typed = readTypedTime(text, { now: nanosFromMillis(now), zone })
  if (typed === undefined) return undefined
  if (typed.kind === 'range') return { range: { from: typed.from, to: typed.to } }
  const at = millisFromNanos(typed.at)
  return { range: momentRange(at), at }
}

import type { LogJson } from '@heartwood/api'
import { offsetNanos } from './trace-times.ts'

/** A line of a trace as the list shows it, or a while in which there was none. */
export type TraceItem =
  | { readonly kind: 'line'; readonly log: LogJson; readonly offset: number }
  | { readonly kind: 'gap'; readonly key: string; readonly nanos: number }

/** Shorter silence is nothing to point at, however short the whole is. */
const LEAST_GAP_NANOS = 50e6
/** Of the whole length; a longer silence is a gap. */
const GAP_SHARE = 0.05

/** Lines, oldest first, with their offsets from the first line of the trace, nanoseconds, and the gaps between them. */
export function traceItems(logs: readonly LogJson[], start: LogJson | undefined): TraceItem[] {
  const [first] = logs
  const last = logs.at(-1)
  if (first === undefined || last === undefined || start === undefined) return []
  const least = Math.max(LEAST_GAP_NANOS, offsetNanos(last, first) * GAP_SHARE)
  let before: number | undefined
  return logs.flatMap((log): TraceItem[] => {
    const offset = offsetNanos(log, start)
    const silence = before === undefined ? 0 : offset - before
    before = offset
    const line: TraceItem = { kind: 'line', log, offset }
    return silence >= least ? [{ kind: 'gap', key: `before ${log.id}`, nanos: silence }, line] : [line]
  })
}

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
/** Lines that come at a steady pace have no gaps: one is so many times as long as the usual silence, where there is a usual one. */
const UNUSUAL = 3
const LEAST_SILENCES = 5

/** Lines, oldest first, with their offsets from the first line of the trace, nanoseconds, and the gaps between them. */
export function traceItems(logs: readonly LogJson[], start: LogJson | undefined): TraceItem[] {
  const [first] = logs
  const last = logs.at(-1)
  if (first === undefined || last === undefined || start === undefined) return []
  const offsets = logs.map((log) => offsetNanos(log, start))
  const least = Math.max(
    LEAST_GAP_NANOS,
    offsetNanos(last, first) * GAP_SHARE,
    usualSilence(offsets) * UNUSUAL,
  )
  let before: number | undefined
  return logs.flatMap((log): TraceItem[] => {
    const offset = offsetNanos(log, start)
    const silence = before === undefined ? 0 : offset - before
    before = offset
    const line: TraceItem = { kind: 'line', log, offset }
    return silence >= least ? [{ kind: 'gap', key: `before ${log.id}`, nanos: silence }, line] : [line]
  })
}

/** The median of the silences between lines; 0 where they are too few to call one usual. */
function usualSilence(offsets: readonly number[]): number {
  const silences = offsets.slice(1).map((offset, index) => offset - (offsets[index] ?? offset))
  if (silences.length < LEAST_SILENCES) return 0
  return silences.toSorted((a, b) => a - b)[Math.floor(silences.length / 2)] ?? 0
}

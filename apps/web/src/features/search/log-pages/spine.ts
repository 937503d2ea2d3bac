import type { LogJson } from '@heartwood/api'
import { millisFromNanos } from '@heartwood/event'
import type { Span } from './span.ts'

/** The whole result as spans, newest first, and where each begins among its rows. */
export interface Spine {
  readonly spans: readonly Span[]
  /** Row at which the span of the same index begins. */
  readonly starts: readonly number[]
  readonly total: number
}

export const EMPTY_SPINE: Spine = { spans: [], starts: [], total: 0 }

export function spineOf(spans: readonly Span[]): Spine {
  const starts: number[] = []
  let total = 0
  for (const span of spans) {
    starts.push(total)
    total += span.count
  }
  return { spans, starts, total }
}

/** The index of the span that holds a row; -1 for a row that is not in the result. */
export function spanHolding(spine: Spine, row: number): number {
  if (row < 0 || row >= spine.total) return -1
  let [low, high] = [0, spine.starts.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((spine.starts[middle] ?? 0) <= row) low = middle
    else high = middle - 1
  }
  return low
}

/** The event at a row, where it is held. */
export function rowAt(spine: Spine, row: number): LogJson | undefined {
  const at = spanHolding(spine, row)
  return spine.spans[at]?.rows?.[row - (spine.starts[at] ?? 0)]
}

/**
 * The time a row stands for, epoch milliseconds: that of its event, or interpolated within its span, whose ends are
 * known from the counts. Undefined outside the result.
 */
export function timeAt(spine: Spine, row: number): number | undefined {
  const at = spanHolding(spine, row)
  const span = spine.spans[at]
  if (span === undefined) return undefined
  const offset = row - (spine.starts[at] ?? 0)
  const log = span.rows?.[offset]
  if (log !== undefined) return Date.parse(log['@timestamp'])
  const [from, to] = [millisFromNanos(span.from), millisFromNanos(span.to)]
  return to - ((to - from) * (offset + 0.5)) / span.count
}

/** Spans that stand for the one at an index, in its place. */
export function withSpans(spine: Spine, at: number, spans: readonly Span[]): Spine {
  return spineOf(spine.spans.toSpliced(at, 1, ...spans))
}

/** The same with the rows let go that lie farthest from a row, until at most so many are held. */
export function withRowsNear(spine: Spine, row: number, most: number): Spine {
  let held = spine.spans.reduce((sum, span) => sum + (span.rows?.length ?? 0), 0)
  if (held <= most) return spine
  const distance = (at: number) => {
    const start = spine.starts[at] ?? 0
    return Math.max(start - row, row - start - (spine.spans[at]?.count ?? 0), 0)
  }
  const farthestFirst = spine.spans
    .flatMap((span, at) => (span.rows === undefined || span.count === 0 ? [] : [at]))
    .sort((a, b) => distance(b) - distance(a))
  const spans = [...spine.spans]
  for (const at of farthestFirst) {
    const span = spans[at]
    if (held <= most || span === undefined) break
    held -= span.rows?.length ?? 0
    const { rows: _rows, ...bare } = span
    spans[at] = bare
  }
  return { ...spine, spans }
}

import type { LogJson } from '@heartwood/api'
import { NANOS_PER_MILLI, type Nanos } from '@heartwood/event'

/**
 * A stretch of time of a result and how many events it holds. The spans of a result stand newest first, each ending
 * where the one before begins, so that their counts add up to the place of every row.
 */
export interface Span {
  /** Inclusive. */
  readonly from: Nanos
  /** Exclusive. */
  readonly to: Nanos
  /** Counted, and not known to be exact until the rows are there. */
  readonly count: number
  /** Its events, newest first, while they are held. */
  readonly rows?: readonly LogJson[]
  /**
   * Of a stretch that time cannot divide (thousands of events in one millisecond): so many of its newest events belong
   * to spans before this one.
   */
  readonly skip?: number
  /** The last one by rank of its stretch: there may be more events than were counted. */
  readonly open?: boolean
}

/** Rows asked for at once: some screens full. */
export const PAGE_ROWS = 400
/** A part of a divided span aims at so many rows, which leaves room for uneven ones. */
const PART_ROWS = 200
const MAX_PARTS = 600
/** Below it the store counts no finer. */
const FINEST: Nanos = NANOS_PER_MILLI

/** What has to be asked before the rows of a span can be shown. */
export type SpanStep =
  | { readonly kind: 'rows' }
  /** Count its parts; the width of one in milliseconds. */
  | { readonly kind: 'counts'; readonly intervalMillis: number }
  /** Time does not divide it: these spans stand for it. */
  | { readonly kind: 'parts'; readonly spans: readonly Span[] }

export function nextStep(span: Span): SpanStep {
  if (span.count <= PAGE_ROWS) return { kind: 'rows' }
  if (span.skip !== undefined || span.to - span.from <= FINEST)
    return { kind: 'parts', spans: partsByRank(span) }
  return { kind: 'counts', intervalMillis: partMillis(span) }
}

/** A span as pages by rank: the first so many events, the next so many... */
function partsByRank(span: Span): Span[] {
  const first = span.skip ?? 0
  const parts = Math.ceil(span.count / PAGE_ROWS)
  return Array.from({ length: parts }, (_, i) => ({
    from: span.from,
    to: span.to,
    skip: first + i * PAGE_ROWS,
    count: Math.min(PAGE_ROWS, span.count - i * PAGE_ROWS),
    open: i === parts - 1 && (span.open ?? true),
  }))
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** Widths the store keeps counts for, or that divide those: a question along them is nearly free. */
const WIDTHS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 20, 30].map((n) => n * MINUTE),
  ...[1, 2, 4, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000].map((n) => n * DAY),
]

/** The widest of WIDTHS that makes parts of about PART_ROWS, at least two and not many hundreds of them. */
function partMillis(span: Span): number {
  const millis = Number((span.to - span.from) / NANOS_PER_MILLI)
  const parts = Math.max(2, Math.min(MAX_PARTS, span.count / PART_ROWS))
  return WIDTHS.findLast((width) => width <= millis / parts) ?? 1
}

/** Neighbours without rows joined until a page is full, so that a sparse stretch is one question, not hundreds. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const span of spans) {
    const last = result.at(-1)
    if (last !== undefined && mayJoin(last, span))
      result[result.length - 1] = { from: span.from, to: last.to, count: last.count + span.count }
    else result.push(span)
  }
  return result
}

function mayJoin(newer: Span, older: Span): boolean {
  const plain = [newer, older].every((span) => span.rows === undefined && span.skip === undefined)
  return plain && newer.from === older.to && newer.count + older.count <= PAGE_ROWS
}

/** Counted buckets of a range as spans, newest first; what reaches out of the range is cut off. */
export function spansOfBuckets(
  range: { readonly from: Nanos; readonly to: Nanos },
  buckets: readonly { readonly start: Nanos; readonly count: number }[],
): Span[] {
  const spans = buckets.map(({ start, count }, i): Span => {
    const next = buckets[i + 1]?.start ?? range.to
    return { from: i === 0 ? range.from : start, to: next, count }
  })
  return joined(spans.toReversed())
}

import type { LogJson } from '@heartwood/api'
import { type Nanos, nanosFromIso } from '@heartwood/event'
import type { Span } from './span.ts'
import { type Spine, spineOf } from './spine.ts'

/** Rows the server answered for a range, newest first; `more` where the range holds more of them. */
export interface Page {
  readonly rows: readonly LogJson[]
  readonly more: boolean
}

/**
 * A span as what its page showed: the rows, and what is left of the span where there are more than were counted.
 * Events of one instant are never torn apart, unless all of the page are of one: then the rest goes on by rank.
 */
export function spansOfPage(span: Span, { rows, more }: Page): Span[] {
  const { from, to, skip } = span
  if (!more || span.open === false) return [{ ...span, count: rows.length, rows }]
  const left = Math.max(1, span.count - rows.length)
  if (skip !== undefined) {
    return [
      { from, to, skip, count: rows.length, rows, open: false },
      { from, to, skip: skip + rows.length, count: left, open: true },
    ]
  }
  const edge = nanosOf(rows.at(-1))
  const whole = rows.filter((log) => nanosOf(log) > edge)
  if (whole.length === 0) {
    return [
      { from, to: edge + 1n, skip: 0, count: rows.length, rows, open: false },
      { from, to: edge + 1n, skip: rows.length, count: left, open: true },
    ]
  }
  return [
    { from: edge + 1n, to, count: whole.length, rows: whole },
    { from, to: edge + 1n, count: Math.max(1, span.count - whole.length) },
  ]
}

/** The result as long as only its newest page is known. */
export function spineOfFirstPage({ rows }: Page): Spine {
  return spineOf([{ from: nanosOf(rows.at(-1)), to: nanosOf(rows[0]) + 1n, count: rows.length, rows }])
}

/**
 * The first page over counted spans, at the end of the result it is the beginning of: what it covers is replaced, and
 * the total stays as it was counted, so that rows further on keep their places.
 */
export function withFirstPage(spans: readonly Span[], page: Page, end: 'newest' | 'oldest'): Span[] {
  const [newest, oldest] = [spans[0], spans.at(-1)]
  if (newest === undefined || oldest === undefined) return [...spineOfFirstPage(page).spans]
  const bounds = {
    from: least(oldest.from, nanosOf(page.rows.at(-1))),
    to: -least(-newest.to, -nanosOf(page.rows[0]) - 1n),
  }
  if (!page.more) return [{ ...bounds, count: page.rows.length, rows: page.rows }]
  // Where the page ends others of the same instant may follow: they stay together.
  const edge = nanosOf(end === 'newest' ? page.rows.at(-1) : page.rows[0])
  const rows = page.rows.filter((log) => nanosOf(log) !== edge)
  if (rows.length === 0) return [...spans]
  const covered: Span =
    end === 'newest'
      ? { from: edge + 1n, to: bounds.to, count: rows.length, rows }
      : { from: bounds.from, to: edge, count: rows.length, rows }
  const others = outside(spans, covered)
  return end === 'newest' ? [covered, ...others] : [...others, covered]
}

/** The spans that are left beside one; of a span it cuts, the rows that are not its own. */
function outside(spans: readonly Span[], covered: Span): Span[] {
  const isInside = (span: Span) => span.from >= covered.from && span.to <= covered.to
  const inside = spans.filter(isInside).reduce((sum, { count }) => sum + count, 0)
  const cut = Math.max(0, covered.count - inside)
  return spans.flatMap((span): Span[] => {
    if (isInside(span)) return []
    if (span.to <= covered.from || span.from >= covered.to) return [span]
    const count = Math.max(0, span.count - cut)
    return span.from < covered.from
      ? [{ from: span.from, to: covered.from, count }]
      : [{ from: covered.to, to: span.to, count }]
  })
}

/** The time of an event; one the server wrote in a way this page cannot read counts as the earliest. */
export function nanosOf(log: LogJson | undefined): Nanos {
  return (log === undefined ? undefined : nanosFromIso(log['@timestamp'])) ?? 0n
}

function least(a: Nanos, b: Nanos): Nanos {
  return a < b ? a : b
}

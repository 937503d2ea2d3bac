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
 * The newest page over counted spans: what it covers is replaced, and the total stays as it was counted, so that rows
 * further down keep their places.
 */
export function withFirstPage(spans: readonly Span[], page: Page): Span[] {
  const [newest, oldest] = [spans[0], spans.at(-1)]
  if (newest === undefined || oldest === undefined) return [...spineOfFirstPage(page).spans]
  const whole: Span = { from: oldest.from, to: later(newest.to, nanosOf(page.rows[0]) + 1n), count: 0 }
  const [first, rest] = spansOfPage(whole, page)
  if (first === undefined) return []
  if (rest === undefined) return [first]
  if (rest.skip !== undefined) return [...spans]
  let surplus = first.count
  const below: Span[] = []
  for (const span of spans) {
    if (span.from >= rest.to) surplus -= span.count
    else if (span.to > rest.to)
      below.push({ from: span.from, to: rest.to, count: Math.max(0, span.count - Math.max(0, surplus)) })
    else below.push(span)
  }
  return [first, ...below]
}

/** The time of an event; one the server wrote in a way this page cannot read counts as the earliest. */
export function nanosOf(log: LogJson | undefined): Nanos {
  return (log === undefined ? undefined : nanosFromIso(log['@timestamp'])) ?? 0n
}

function later(a: Nanos, b: Nanos): Nanos {
  return a > b ? a : b
}

import type { LogJson } from '@heartwood/api'
import type { LogSource, NanosRange } from './log-source.ts'
import { nanosOf, type Page, spansOfPage, spineOfFirstPage, withFirstPage } from './place-page.ts'
import { rankPages } from './rank-pages.ts'
import { nextStep, PAGE_ROWS, type Span, spansOfBuckets } from './span.ts'
import {
  EMPTY_SPINE,
  rowAt,
  type Spine,
  spanHolding,
  spineOf,
  timeAt,
  withRowsNear,
  withSpans,
} from './spine.ts'

/** Events held at most; those farthest from the view go first, and are asked for again when they are scrolled to. */
export const MAX_HELD_ROWS = 4_000
/** Rows beyond the view, to either side, that are asked for before they are scrolled to. */
const AHEAD_ROWS = 150
const MAX_ASKED_AT_ONCE = 2

/** A found result as a list of which only what is looked at is held. Rows are numbered newest first. */
export interface LogPages {
  readonly total: number
  /** Whether it is known how the rows lie over time; before that only the first page is. */
  readonly counted: boolean
  rowAt(row: number): LogJson | undefined
  /** Epoch milliseconds a row stands for, its event held or not. */
  timeAt(row: number): number | undefined
  /** The row of an event that is held. */
  rowOf(id: string): number | undefined
  /** The events that are held, newest first. */
  held(): LogJson[]
  /** The rows that are looked at: they and those around are asked for, what is asked elsewhere is given up. */
  look(first: number, last: number): void
  /** Asks once more for what did not come. */
  lookAgain(): void
  /** Asks until the event is held, wherever in the result it lies; undefined where it is not in it. */
  find(log: LogJson, signal: AbortSignal): Promise<number | undefined>
  /** The page at one end, asked for apart so that it never waits for the counts; its rows newest first too. */
  setFirstPage(page: Page, end: 'newest' | 'oldest'): void
  /** The counts over time of the whole result; only the first ones given are taken, and true says that these were. */
  setCounts(range: NanosRange, buckets: Parameters<typeof spansOfBuckets>[1]): boolean
  /** Called after every change. Returns the way to stop. */
  subscribe(changed: () => void): () => void
  /** Grows with every change. */
  version(): number
  close(): void
}

/** `onError` is told why a page did not come; it is asked for again when its rows are next looked at. */
export function logPages(source: LogSource, onError: (error: unknown) => void): LogPages {
  const byRank = rankPages(source)
  const listeners = new Set<() => void>()
  const asked = new Map<Span, AbortController>()
  let spine: Spine = EMPTY_SPINE
  let firstPage: { page: Page; end: 'newest' | 'oldest' } | undefined
  let counted = false
  let version = 0
  let view = { first: 0, last: 0 }
  let rowsById: { version: number; rows: Map<string, number> } | undefined

  function change(next: Spine) {
    spine = next
    version += 1
    for (const changed of listeners) changed()
  }

  /** The spans to ask for, those in view first. */
  function wanted(): Span[] {
    const [first, last] = [
      Math.max(0, view.first - AHEAD_ROWS),
      Math.min(spine.total - 1, view.last + AHEAD_ROWS),
    ]
    const [from, to] = [spanHolding(spine, first), spanHolding(spine, last)]
    if (from < 0 || to < 0) return []
    const middle = spanHolding(spine, Math.min(spine.total - 1, Math.floor((view.first + view.last) / 2)))
    return spine.spans
      .slice(from, to + 1)
      .map((span, i) => ({ span, distance: Math.abs(from + i - middle) }))
      .filter(({ span }) => span.rows === undefined && span.count > 0)
      .sort((a, b) => a.distance - b.distance)
      .map(({ span }) => span)
  }

  function ask() {
    if (!counted) return
    const spans = wanted()
    for (const [span, controller] of asked) if (!spans.includes(span)) controller.abort()
    for (const span of spans) {
      if (asked.size >= MAX_ASKED_AT_ONCE) return
      if (!asked.has(span)) void askFor(span)
    }
  }

  async function askFor(span: Span): Promise<void> {
    const controller = new AbortController()
    asked.set(span, controller)
    let failed = false
    try {
      replace(span, await partsOf(span, controller.signal))
    } catch (error) {
      failed = true
      if (!controller.signal.aborted) onError(error)
    } finally {
      asked.delete(span)
    }
    if (!failed || controller.signal.aborted) ask()
  }

  /** What a span turns out to be: its rows, or smaller spans. */
  async function partsOf(span: Span, signal: AbortSignal): Promise<readonly Span[]> {
    const step = nextStep(span)
    switch (step.kind) {
      case 'parts':
        return step.spans
      case 'counts':
        return spansOfBuckets(
          span,
          await source.counts({ ...span, intervalMillis: step.intervalMillis }, signal),
        )
      case 'rows': {
        if (span.skip !== undefined) return spansOfPage(span, await byRank(span, span.skip, signal))
        const limit = Math.max(span.count, PAGE_ROWS)
        return spansOfPage(span, await source.page({ from: span.from, to: span.to, limit }, signal))
      }
    }
  }

  /** @param keeps the row around which what is held stays */
  function replace(span: Span, spans: readonly Span[], keeps = Math.floor((view.first + view.last) / 2)) {
    const at = spine.spans.indexOf(span)
    if (at < 0) return
    change(withRowsNear(withSpans(spine, at, spans), keeps, MAX_HELD_ROWS))
  }

  function rowOf(id: string): number | undefined {
    if (rowsById?.version !== version) {
      const rows = new Map<string, number>()
      spine.spans.forEach((span, at) => {
        span.rows?.forEach((log, i) => {
          rows.set(log.id, (spine.starts[at] ?? 0) + i)
        })
      })
      rowsById = { version, rows }
    }
    return rowsById.rows.get(id)
  }

  return {
    get total() {
      return spine.total
    },
    get counted() {
      return counted
    },
    rowAt: (row) => rowAt(spine, row),
    timeAt: (row) => timeAt(spine, row),
    rowOf,
    held: () => spine.spans.flatMap((span) => span.rows ?? []),
    look(first, last) {
      view = { first, last }
      ask()
    },
    lookAgain: ask,
    async find(log, signal) {
      const at = nanosOf(log)
      for (;;) {
        const row = rowOf(log.id)
        if (row !== undefined) return row
        const span = spine.spans.find(
          (span) => span.from <= at && at < span.to && span.rows === undefined && span.count > 0,
        )
        if (span === undefined || signal.aborted) return undefined
        const parts = await partsOf(span, signal)
        // Far from the view it would be the first to be let go.
        replace(span, parts, spine.starts[spine.spans.indexOf(span)])
      }
    },
    setFirstPage(page, end) {
      firstPage = { page, end }
      change(spineOfFirstPage(page))
    },
    setCounts(range, buckets) {
      if (counted) return false
      counted = true
      const spans = spansOfBuckets(range, buckets)
      change(spineOf(firstPage === undefined ? spans : withFirstPage(spans, firstPage.page, firstPage.end)))
      ask()
      return true
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    version: () => version,
    close() {
      for (const controller of asked.values()) controller.abort()
      listeners.clear()
    },
  }
}

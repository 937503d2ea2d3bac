'use client'

import type { LogJson } from '@heartwood/api'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { LogListHandle } from './log-list/log-list.tsx'
import { listedRows } from './log-pages/listed-rows.ts'
import { useLogPages } from './log-pages/use-log-pages.ts'
import type { TailMark } from './tail/tail-item.ts'
import { missedRange } from './tail/tail-words.ts'
import type { Tail } from './tail/use-tail.ts'
import { isoRange } from './time-range/time-range.ts'
import type { useAnswers } from './use-answers.ts'
import { useErrorSteps } from './use-error-steps.ts'
import type { Search } from './use-search.ts'

/** The rows on the page and where the reader is among them. */
export function useRows(options: {
  search: Search
  answers: ReturnType<typeof useAnswers>
  tail: Tail
  list: RefObject<LogListHandle | null>
}) {
  const { search, answers, tail, list } = options
  const { openRow, open, live } = search
  const { pause, resume, foundBelow } = tail
  const [active, setActive] = useState<ActiveRow>()

  const reading = useRef<() => LogJson | undefined>(() => list.current?.topRow())
  const found = useLogPages(answers, reading)
  const below = useFoundBelow({ live, found, isPart: answers.partial !== undefined, foundBelow })
  const view = live ? tail.view : undefined
  const pages = view === undefined || view.isJoined ? below : undefined
  const order = live ? search.order : (below?.order ?? 'newest')
  const rows = useMemo(() => listedRows({ tail: view, pages: pages?.pages, order }), [view, pages, order])

  const question = found?.question
  useEffect(() => {
    if (question !== undefined) setActive(undefined)
  }, [question])

  const at = indexOf(active, rows) ?? (open === null ? undefined : rows.indexOf(open))
  const activate = useCallback(
    (index: number, follow = true) => {
      const log = rows.rowAt(index)
      setActive({ index, id: log?.id ?? rows.markAt(index)?.id, stepped: true })
      // What is being read must not be pushed away by what arrives.
      pause()
      if (follow) list.current?.scrollToRow(index)
      return log
    },
    [rows, pause, list],
  )
  const latest = useRef(rows)
  latest.current = rows
  const seek = useCallback(
    async (log: LogJson, signal: AbortSignal) => {
      await pages?.pages.find(log, signal)
      const index = latest.current.indexOf(log.id)
      if (index !== undefined && !signal.aborted) list.current?.scrollToRow(index)
    },
    [pages?.pages, list],
  )
  const openLog = useCallback(
    (log: LogJson) => {
      setActive({ index: rows.indexOf(log.id) ?? 0, id: log.id, stepped: false })
      openRow(log.id === open ? null : log.id)
    },
    [rows, openRow, open],
  )
  const searchMissed = (mark: TailMark) => {
    const { from, to } = missedRange(mark)
    search.change({ ...isoRange(from, to), live: false })
  }

  return {
    /** There was an answer to this or an earlier search. */
    answered: found !== undefined,
    /** Another one has other rows. */
    question,
    focus: useCallback(() => list.current?.focus(), [list]),
    /** All rows, of which some are held. */
    rows,
    heldLog(id: string): LogJson | undefined {
      const index = rows.indexOf(id)
      return index === undefined ? undefined : rows.rowAt(index)
    },
    /** The end of the list at which new rows come in. */
    newestEnd: order === 'newest' ? ('first' as const) : ('last' as const),
    /** The index of the row that has the keys. */
    active: at,
    /** Whether a row has just arrived. */
    isFresh: (index: number) =>
      view !== undefined && (order === 'newest' ? index : rows.total - 1 - index) < tail.freshRows,
    /** The reader goes from row to row. */
    isStepping: active?.stepped === true,
    activate,
    /** Scrolls to an event wherever it lies, where it is in the result; moves nothing where it is in view. */
    seek,
    /** Whether it is known where every event lies. */
    counted: pages?.pages.counted === true,
    open: openLog,
    move(step: number) {
      if (rows.total === 0) return
      const index = Math.max(0, Math.min(rows.total - 1, at === undefined ? 0 : at + step))
      const log = activate(index)
      // The details follow.
      if (open !== null && log !== undefined) openRow(log.id)
    },
    openActive() {
      const log = at === undefined ? undefined : rows.rowAt(at)
      const mark = at === undefined ? undefined : rows.markAt(at)
      if (log !== undefined) openLog(log)
      else if (mark !== undefined) searchMissed(mark)
    },
    /** Searches the time in which a tail may have missed something. */
    searchMissed,
    /** Goes to the next or previous error, wherever in the result it is; tells whether there is one. */
    toError: useErrorSteps({ question, rows, pages: pages?.pages, at, activate }),
    toEnd(end: 'first' | 'last') {
      if (rows.total > 0) activate(end === 'first' ? 0 : rows.total - 1)
      if (end === 'first') list.current?.scrollToEnd('first')
    },
    close() {
      if (open === null) return setActive(undefined)
      openRow(null)
      list.current?.focus()
    },
    resume() {
      setActive(undefined)
      resume()
      list.current?.scrollToEnd(order === 'newest' ? 'first' : 'last')
    },
  }
}

/** A row the reader has gone to: by its event, or by its place while the event is still being asked for. */
interface ActiveRow {
  readonly index: number
  readonly id: string | undefined
  /** It was gone to by key: it is read where it stands. */
  readonly stepped: boolean
}

function indexOf(active: ActiveRow | undefined, rows: ReturnType<typeof listedRows>): number | undefined {
  if (active === undefined) return undefined
  const index = active.id === undefined ? undefined : rows.indexOf(active.id)
  return index ?? Math.min(active.index, rows.total - 1)
}

type Found = ReturnType<typeof useLogPages>

/** What was found, as soon as the tail above it has let go of what is found in it: no event has two places. */
function useFoundBelow(options: {
  live: boolean
  found: Found
  /** There is more than what was found so far. */
  isPart: boolean
  foundBelow: Tail['foundBelow']
}): Found {
  const { live, found, isPart, foundBelow } = options
  const [joined, setJoined] = useState<Found>()
  const latest = useRef(found)
  latest.current = found
  const answer = found?.answer
  useLayoutEffect(() => {
    if (answer !== undefined) foundBelow({ logs: answer.logs, all: answer.next_cursor === null && !isPart })
    setJoined(latest.current)
  }, [answer, isPart, foundBelow])
  return !live || joined?.pages === found?.pages ? found : joined
}

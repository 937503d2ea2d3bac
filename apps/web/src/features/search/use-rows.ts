'use client'

import type { LogJson } from '@heartwood/api'
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { LogListHandle } from './log-list/log-list.tsx'
import { listedRows } from './log-pages/listed-rows.ts'
import { useLogPages } from './log-pages/use-log-pages.ts'
import { tailAboveFound } from './tail/tail-buffer.ts'
import type { Tail } from './tail/use-tail.ts'
import type { useAnswers } from './use-answers.ts'
import { useErrorSteps } from './use-error-steps.ts'
import type { Search } from './use-search.ts'

const NONE: readonly LogJson[] = []

/** The rows on the page and where the reader is among them. */
export function useRows(options: {
  search: Search
  answers: ReturnType<typeof useAnswers>
  tail: Tail
  list: RefObject<LogListHandle | null>
}) {
  const { search, answers, tail, list } = options
  const { openRow, open, live } = search
  const { pause, resume } = tail
  const [active, setActive] = useState<ActiveRow>()

  const reading = useRef<() => LogJson | undefined>(() => list.current?.topRow())
  const found = useLogPages(answers, reading)
  const head = useHead(live ? tail : undefined, answers)
  // What the tail had to let go lies between its rows and those that were found.
  const hasGap = live && tail.buffer.dropped > 0
  const rows = useMemo(
    () => listedRows({ head, pages: hasGap ? undefined : found?.pages, order: found?.order ?? 'newest' }),
    [head, found, hasGap],
  )

  const question = found?.question
  useEffect(() => {
    if (question !== undefined) setActive(undefined)
  }, [question])

  const at = indexOf(active, rows) ?? (open === null ? undefined : rows.indexOf(open))
  const activate = useCallback(
    (index: number, follow = true) => {
      const log = rows.rowAt(index)
      setActive({ index, id: log?.id })
      // What is being read must not be pushed away by what arrives.
      pause()
      if (follow) list.current?.scrollToRow(index)
      return log
    },
    [rows, pause, list],
  )
  const openLog = useCallback(
    (log: LogJson) => {
      setActive({ index: rows.indexOf(log.id) ?? 0, id: log.id })
      openRow(log.id === open ? null : log.id)
      if (log.id !== open) pause()
    },
    [rows, openRow, open, pause],
  )

  return {
    /** There was an answer to this or an earlier search. */
    answered: found !== undefined,
    /** Another one has other rows. */
    question,
    focus: useCallback(() => list.current?.focus(), [list]),
    /** All rows, of which some are held. */
    rows,
    /** The events that are held, in the order of the list. */
    logs: useMemo(() => rows.held(), [rows]),
    /** The index of the row that has the keys. */
    active: at,
    activate,
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
      if (log !== undefined) openLog(log)
    },
    /** Goes to the next or previous error, wherever in the result it is; tells whether there is one. */
    toError: useErrorSteps({ question, rows, pages: hasGap ? undefined : found?.pages, at, activate }),
    toEnd(end: 'first' | 'last') {
      if (rows.total > 0) activate(end === 'first' ? 0 : rows.total - 1)
      if (end === 'first') list.current?.scrollToTop()
    },
    close() {
      if (open === null) return setActive(undefined)
      openRow(null)
      list.current?.focus()
    },
    resume() {
      openRow(null)
      setActive(undefined)
      list.current?.scrollToTop()
      resume()
    },
  }
}

/** A row the reader has gone to: by its event, or by its place while the event is still being asked for. */
interface ActiveRow {
  readonly index: number
  readonly id: string | undefined
}

function indexOf(active: ActiveRow | undefined, rows: ReturnType<typeof listedRows>): number | undefined {
  if (active === undefined) return undefined
  const index = active.id === undefined ? undefined : rows.indexOf(active.id)
  return index ?? Math.min(active.index, rows.total - 1)
}

/** The rows of a tail above what was found. Once the search is asked again, it finds what the tail brought before. */
function useHead(tail: Tail | undefined, answers: ReturnType<typeof useAnswers>): readonly LogJson[] {
  const rows = tail?.buffer.rows ?? NONE
  const { first, asking } = answers
  const [asked, setAsked] = useState({ asking, newest: rows[0]?.id })
  const [since, setSince] = useState<{ first: typeof first; newest: string | undefined }>()
  if (asked.asking !== asking) setAsked({ asking, newest: asking ? rows[0]?.id : asked.newest })
  if (since?.first !== first) setSince({ first, newest: asked.newest })
  const found = first?.answer.logs ?? NONE
  return useMemo(() => {
    const end = rows.findIndex(({ id }) => id === since?.newest)
    return tailAboveFound(end < 0 ? rows : rows.slice(0, end), found)
  }, [rows, found, since])
}

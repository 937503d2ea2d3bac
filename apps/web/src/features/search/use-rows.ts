'use client'

import type { LogJson } from '@heartwood/api'
import { useQuery } from '@tanstack/react-query'
import { type RefObject, useCallback, useMemo, useState } from 'react'
import { useTRPC } from '../../api/api-provider.tsx'
import type { LogListHandle } from './log-list/log-list.tsx'
import { tailOverFound } from './tail/tail-buffer.ts'
import type { Tail } from './tail/use-tail.ts'
import type { useAnswers } from './use-answers.ts'
import type { Search } from './use-search.ts'

/** The rows on the page and where the reader is among them. */
export function useRows(options: {
  search: Search
  answers: ReturnType<typeof useAnswers>
  tail: Tail
  list: RefObject<LogListHandle | null>
}) {
  const { search, answers, tail, list } = options
  const [selected, setSelected] = useState<string | null>(null)
  const trpc = useTRPC()
  const listed = useMemo(
    () => tailOverFound(tail.buffer.rows, answers.logs),
    [tail.buffer.rows, answers.logs],
  )

  // A link may name a row that is further down than what is loaded: it stands on top then.
  const missing = search.open !== null && answers.answered && !listed.some((log) => log.id === search.open)
  const linked = useQuery(
    trpc.log.queryOptions(
      { id: search.open ?? '' },
      { enabled: missing && search.open !== null, retry: false, gcTime: 0 },
    ),
  ).data
  const logs = useMemo(
    () => (missing && linked !== undefined ? [linked, ...listed] : listed),
    [missing, linked, listed],
  )

  const { openRow, open } = search
  const { pause, resume } = tail
  const toggle = useCallback(
    (log: LogJson) => {
      setSelected(log.id)
      openRow(log.id === open ? null : log.id)
      // What is being read must not be pushed away by what arrives.
      if (log.id !== open) pause()
    },
    [openRow, open, pause],
  )

  const at = logs.findIndex((log) => log.id === (selected ?? open))
  return {
    logs,
    selected,
    toggle,
    move(step: 1 | -1) {
      const index = Math.max(0, Math.min(logs.length - 1, at === -1 ? 0 : at + step))
      const log = logs[index]
      if (log === undefined) return
      setSelected(log.id)
      // The details follow.
      if (open !== null) openRow(log.id)
      pause()
      list.current?.scrollToRow(index)
    },
    toggleSelected() {
      const log = logs[at]
      if (log !== undefined) toggle(log)
    },
    toTop() {
      setSelected(logs[0]?.id ?? null)
      list.current?.scrollToTop()
    },
    close() {
      if (open === null) return setSelected(null)
      openRow(null)
      list.current?.focus()
    },
    resume() {
      openRow(null)
      setSelected(null)
      list.current?.scrollToTop()
      resume()
    },
  }
}

'use client'

import type { LogJson } from '@heartwood/api'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useHabit } from '../../../ui/use-habit.ts'
import type { useRows } from '../use-rows.ts'
import type { Search } from '../use-search.ts'
import { type CopyFormat, copiedText } from './copying/copy-formats.ts'
import { LIST_LOOK } from './list-look.ts'
import { NOTHING_SELECTED, selectedLogs, toggled, withRange } from './row-selection.ts'
import { useFind } from './use-find.ts'

export type ListState = ReturnType<typeof useListState>

/** What the reader has done with the rows: marked, expanded, sought in. Another question begins anew. */
export function useListState({ search, rows }: { search: Search; rows: ReturnType<typeof useRows> }) {
  const [look, setLook] = useHabit(LIST_LOOK)
  const [selection, setSelection] = useState(NOTHING_SELECTED)
  const [expanded, setExpanded] = useState<ReadonlySet<string>>(() => new Set())
  const { query, from, to, order, columns } = search
  const listed = useRef(rows.rows)
  listed.current = rows.rows

  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the question that must have changed
  useEffect(() => {
    setSelection(NOTHING_SELECTED)
    setExpanded(new Set())
  }, [query, from, to])

  const expand = useCallback((log: LogJson) => {
    setExpanded((before) => {
      const next = new Set(before)
      if (!next.delete(log.id)) next.add(log.id)
      return next
    })
  }, [])
  const select = useCallback((log: LogJson, isRange: boolean) => {
    setSelection((before) => (isRange ? withRange(before, log, listed.current.held()) : toggled(before, log)))
  }, [])

  return {
    look,
    setLook,
    selection,
    expanded,
    expand,
    select,
    clearSelection: useCallback(() => setSelection(NOTHING_SELECTED), []),
    find: useFind({ rows, columns }),
    /** The marked rows, or the one that is given, as text to paste. */
    copied: useCallback(
      (format: CopyFormat, log?: LogJson) => {
        const marked = selectedLogs(selection, order)
        return copiedText(marked.length === 0 && log !== undefined ? [log] : marked, format, columns)
      },
      [selection, order, columns],
    ),
    selected: useMemo(() => new Set(selection.logs.keys()), [selection]),
  }
}

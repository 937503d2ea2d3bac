'use client'

import type { RefObject } from 'react'
import { toast } from 'sonner'
import { copyText } from '../../../ui/copy.tsx'
import type { ShortcutHandlers } from '../shortcuts/shortcuts.ts'
import type { useRows } from '../use-rows.ts'
import type { LogListHandle } from './log-list.tsx'
import { copiedWords } from './toolbar/copy-selected.tsx'
import type { ListState } from './use-list-state.ts'

/** What the keys of the list do. */
export function useListKeys(options: {
  rows: ReturnType<typeof useRows>
  listState: ListState
  list: RefObject<LogListHandle | null>
}) {
  const { rows, listState, list } = options
  const page = () => list.current?.pageRows() ?? 20
  const activeLog = () => (rows.active === undefined ? undefined : rows.rows.rowAt(rows.active))
  const toError = async (step: 1 | -1) => {
    const found = await rows.toError(step).catch(() => undefined)
    if (found === false) toast(step === 1 ? 'No more errors from here on.' : 'No errors before this row.')
  }
  const copy = async () => {
    const log = activeLog()
    const count = Math.max(listState.selection.logs.size, log === undefined ? 0 : 1)
    if (count === 0) return void toast('Go to a row with j and k, or select some with x.')
    if (await copyText(listState.copied('text', log))) toast.success(copiedWords(count, 'text'))
  }
  return {
    'next-row': () => rows.move(1),
    'previous-row': () => rows.move(-1),
    'page-down': () => rows.move(page()),
    'page-up': () => rows.move(-page()),
    'to-first': () => rows.toEnd('first'),
    'to-last': () => rows.toEnd('last'),
    'toggle-row': rows.openActive,
    'expand-row': () => {
      const log = activeLog()
      if (log !== undefined) listState.expand(log)
    },
    'select-row': () => {
      const log = activeLog()
      if (log !== undefined) listState.select(log, false)
    },
    'copy-rows': () => void copy(),
    'next-error': () => void toError(1),
    'previous-error': () => void toError(-1),
    close: () => {
      if (listState.selection.logs.size > 0) listState.clearSelection()
      else rows.close()
    },
  } satisfies Partial<ShortcutHandlers>
}

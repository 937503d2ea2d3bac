'use client'

import { useDeferredValue, useMemo, useRef, useState } from 'react'
import type { useRows } from '../use-rows.ts'
import { rowsWith } from './find-in-rows.ts'

/** Finding within the rows that are held. */
export function useFind({ rows, columns }: { rows: ReturnType<typeof useRows>; columns: readonly string[] }) {
  const [open, setOpen] = useState(false)
  const [text, setText] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const sought = useDeferredValue(open ? text : '')
  const listed = rows.rows
  const found = useMemo(
    () => (sought === '' ? [] : rowsWith(listed.held(), sought, columns)),
    [listed, sought, columns],
  )
  const held = open ? listed.held().length : 0
  const { active } = rows
  const activeId = active === undefined ? undefined : rows.rows.rowAt(active)?.id
  const at = found.findIndex(({ id }) => id === activeId)

  function step(by: 1 | -1) {
    // Not those that are marked, which may be a moment behind what is typed.
    const places = rowsWith(listed.held(), text, columns).flatMap(({ id }) => rows.rows.indexOf(id) ?? [])
    const from = active ?? -1
    const next =
      by === 1
        ? (places.find((place) => place > from) ?? places[0])
        : (places.findLast((place) => place < from) ?? places.at(-1))
    if (next !== undefined) rows.activate(next)
  }

  return {
    open,
    text,
    /** What is marked in the rows. */
    sought,
    matches: found.length,
    at: at + 1,
    held,
    isAll: held === listed.total,
    input,
    setText,
    step,
    show() {
      setOpen(true)
      input.current?.select()
    },
    close() {
      setOpen(false)
      rows.focus()
    },
  }
}

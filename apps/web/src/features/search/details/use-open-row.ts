'use client'

import type { LogJson } from '@heartwood/api'
import { useEffect, useRef } from 'react'
import type { useRows } from '../use-rows.ts'

/**
 * Scrolls the list to the event that is open, wherever in the result it lies: that of a link, of a step back, or the same
 * one in another order. Once for each question, so that the list is the reader's again.
 */
export function useOpenRow(log: LogJson | undefined, rows: ReturnType<typeof useRows>): void {
  const { question, counted, seek } = rows
  const id = log?.id
  const isHeld = id !== undefined && rows.heldLog(id) !== undefined
  const done = useRef<{ id: string; question: unknown }>(undefined)
  const event = useRef(log)
  event.current = log
  useEffect(() => {
    const sought = event.current
    if (id === undefined || sought === undefined || question === undefined) return
    if (done.current?.id === id && done.current.question === question) return
    // Before that nobody knows where it stands.
    if (!isHeld && !counted) return
    const controller = new AbortController()
    void seek(sought, controller.signal).then(
      () => {
        if (!controller.signal.aborted) done.current = { id, question }
      },
      // The rows ask again for what did not come; the details are there without it.
      () => undefined,
    )
    return () => controller.abort()
  }, [id, question, counted, seek, isHeld])
}

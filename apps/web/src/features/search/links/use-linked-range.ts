'use client'

import type { LogJson } from '@heartwood/api'
import { useEffect, useRef } from 'react'
import { isoRange, resolveRange } from '../time-range/time-range.ts'
import type { Search } from '../use-search.ts'

/** Shown on either side of an event that a link names. */
const AROUND_MILLIS = 15 * 60_000

/**
 * Goes to where the event of a link lies: a page that was opened at an event outside its range (the link names the event
 * alone, or its relative range has moved on) takes the range around it. Once: afterwards the range is the reader's.
 */
export function useLinkedRange(search: Search, log: LogJson | undefined): void {
  const linked = useRef(search.open)
  const { change } = search
  useEffect(() => {
    if (linked.current === null) return
    if (search.open !== linked.current) linked.current = null
    if (log === undefined || log.id !== linked.current) return
    linked.current = null
    const at = Date.parse(log['@timestamp'])
    const range = resolveRange(search, Date.now())
    if (range !== undefined && range.from <= at && at < range.to) return
    change({ ...isoRange(at - AROUND_MILLIS, at + AROUND_MILLIS), live: false, open: log.id }, 'replace')
  }, [search, change, log])
}

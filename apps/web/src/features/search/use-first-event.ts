'use client'

import type { StatusOutput } from '@heartwood/api'
import { useEffect, useRef } from 'react'
import { toast } from 'sonner'
import { rangeAround, resolveRange } from './time-range/time-range.ts'
import { useLatest } from './use-latest.ts'
import type { Search } from './use-search.ts'

/**
 * Turns an empty page to the first event by itself. Where that event is older than the range shown (a file of last
 * week was sent), the range goes to it.
 */
export function useFirstEvent(options: {
  status: StatusOutput | undefined
  search: Search
  refresh(): void
}): void {
  const { status, search, refresh } = options
  const wasEmpty = useRef(false)
  const latest = useLatest()
  const events = status?.events
  useEffect(() => {
    if (events === undefined) return
    const turns = wasEmpty.current && events > 0
    wasEmpty.current = events === 0
    if (!turns) return
    toast.success('The first logs are here.')
    // The search may have been asked while there was nothing.
    refresh()
    void latest('').then((millis) => {
      const now = Date.now()
      const shown = resolveRange(search, now)
      if (millis === undefined || (shown !== undefined && millis >= shown.from && millis < shown.to)) return
      search.change({ query: '', ...rangeAround(millis, now) })
    })
  }, [events, latest, search, refresh])
}

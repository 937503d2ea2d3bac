'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import type { FoundBelow } from './tail-rows.ts'
import { NO_TAIL, openTailSession, type TailSession, type TailShown } from './tail-session.ts'

/** After the tail has begun, lines that were on their way are found by now. */
const SETTLE_MILLIS = 1_500

export interface Tail extends TailShown {
  pause(): void
  resume(): void
  /** Empties the list. */
  clear(): void
  /** The search has an answer, which stands below the tail. */
  foundBelow(found: FoundBelow): void
  /** Shows it again, if it was cleared away. */
  showFound(): void
}

/**
 * Follows a query while `enabled`. `onBegun` is told once it is time to search again: lines that came just before the
 * tail began were not to be found yet when the page searched. A paused tail lets that wait until it goes on.
 */
export function useTail(options: { query: string; enabled: boolean; onBegun(): void }): Tail {
  const { query, enabled } = options
  const [shown, setShown] = useState(NO_TAIL)
  const session = useRef<TailSession>(undefined)
  const found = useRef<FoundBelow>(undefined)
  const begun = useRef(options.onBegun)
  begun.current = options.onBegun

  useEffect(() => {
    if (!enabled) return
    const opened = openTailSession(query, setShown)
    session.current = opened
    if (found.current !== undefined) opened.foundBelow(found.current)
    return () => {
      opened.close()
      session.current = undefined
      setShown(NO_TAIL)
    }
  }, [query, enabled])

  const isLive = shown.state === 'live'
  const isPaused = shown.view.paused
  const isDue = useRef(false)
  useEffect(() => {
    isDue.current = isLive
  }, [isLive])
  useEffect(() => {
    // Its answer would have what waits, and show it.
    if (!isLive || isPaused || !isDue.current) return
    const timer = setTimeout(() => {
      isDue.current = false
      begun.current()
    }, SETTLE_MILLIS)
    return () => clearTimeout(timer)
  }, [isLive, isPaused])

  return {
    ...shown,
    pause: useCallback(() => session.current?.pause(), []),
    resume: useCallback(() => session.current?.resume(), []),
    clear: useCallback(() => session.current?.clear(), []),
    foundBelow: useCallback((answer) => {
      found.current = answer
      session.current?.foundBelow(answer)
    }, []),
    showFound: useCallback(() => session.current?.showFound(), []),
  }
}

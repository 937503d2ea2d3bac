'use client'

import { useRef } from 'react'
import type { Tail } from './use-tail.ts'

/** Scrolling away from where new rows come in pauses a tail, coming back resumes it, unless a row there is being read. */
export function useScrollPause(tail: Tail, isReading: boolean): (atNewest: boolean) => void {
  const isAway = useRef(false)
  return (atNewest) => {
    if (!atNewest) tail.pause()
    else if (isAway.current && !isReading) tail.resume()
    isAway.current = !atNewest
  }
}

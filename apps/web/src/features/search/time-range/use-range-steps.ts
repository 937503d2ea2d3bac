'use client'

import { useEffect, useRef, useState } from 'react'
import type { Search } from '../use-search.ts'
import {
  doubledRange,
  leftRange,
  movedRange,
  NO_RANGES,
  type RangeHistory,
  steppedRange,
} from './range-steps.ts'
import type { TimeRange } from './time-range.ts'

/** Steps from the range shown; each is undefined where there is none. */
export interface RangeSteps {
  readonly back: (() => void) | undefined
  readonly forward: (() => void) | undefined
  readonly earlier: (() => void) | undefined
  readonly later: (() => void) | undefined
  readonly zoomOut: (() => void) | undefined
}

/** Ways from one range to the next: through those that were shown, half a range to either side, and out. */
export function useRangeSteps(search: Search): RangeSteps {
  const { from, to, change } = search
  const [history, setHistory] = useState<RangeHistory>(NO_RANGES)
  const shown = useRef<TimeRange>({ from, to })
  const stepping = useRef(false)

  useEffect(() => {
    const left = shown.current
    if (left.from === from && left.to === to) return
    shown.current = { from, to }
    if (!stepping.current) setHistory((before) => leftRange(before, left))
    stepping.current = false
  }, [from, to])

  const goTo = (range: TimeRange) => change({ ...range, live: search.live && range.to === 'now' })
  const step = (direction: 'back' | 'forward') => {
    const stepped = steppedRange(history, { from, to }, direction)
    if (stepped === undefined) return undefined
    return () => {
      stepping.current = true
      setHistory(stepped.history)
      goTo(stepped.range)
    }
  }
  const toRange = (range: TimeRange | undefined) => range && (() => goTo(range))
  const now = Date.now()
  return {
    back: step('back'),
    forward: step('forward'),
    earlier: toRange(movedRange(search, 'earlier', now)),
    later: toRange(movedRange(search, 'later', now)),
    zoomOut: toRange(doubledRange(search, now)),
  }
}

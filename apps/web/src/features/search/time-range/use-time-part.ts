'use client'

import { useState } from 'react'
import { useTimeZone } from '../../time-zone/use-time-zone.tsx'
import type { Search } from '../use-search.ts'
import type { RefreshChoice } from './auto-refresh.ts'
import { momentRange } from './time-range.ts'
import type { PickedTime } from './typed-range.ts'
import { useAutoRefresh } from './use-auto-refresh.ts'
import { usePastedTime } from './use-pasted-time.ts'
import { type RangeSteps, useRangeSteps } from './use-range-steps.ts'

export interface TimePart {
  /** What of the picker is open. */
  readonly open: 'range' | 'zone' | undefined
  setOpen(open: 'range' | 'zone' | undefined): void
  readonly steps: RangeSteps
  readonly every: RefreshChoice | null
  /** Why the page is not asked again by itself just now. */
  readonly pause: string | undefined
  setEvery(every: RefreshChoice | null): void
  pick(picked: PickedTime): void
  /** Shows the minute around a moment, epoch milliseconds, and marks it. */
  jump(millis: number): void
}

/** All that has to do with which time is shown: picker, steps, pasted times, asking again. */
export function useTimePart(options: {
  search: Search
  /** Whether the newest rows are in view. */
  atTop: boolean
  refresh(): void
}): TimePart {
  const { search, atTop, refresh } = options
  const { change, live, refresh: every } = search
  const { zone } = useTimeZone()
  const [open, setOpen] = useState<'range' | 'zone'>()
  const pick = ({ range, at }: PickedTime) =>
    change({
      ...range,
      live: live && range.to === 'now',
      at: at === undefined ? null : new Date(at).toISOString(),
    })
  const jump = (millis: number) => pick({ range: momentRange(millis), at: millis })
  usePastedTime(zone, jump)
  const pause = useAutoRefresh(every, { atTop, open: search.open !== null, live, to: search.to }, refresh)
  return {
    open,
    setOpen,
    steps: useRangeSteps(search),
    every,
    pause,
    setEvery: (next) => change({ refresh: next, open: search.open }, 'replace'),
    pick,
    jump,
  }
}

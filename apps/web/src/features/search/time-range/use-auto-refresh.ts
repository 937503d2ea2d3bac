'use client'

import { useEffect, useRef, useState } from 'react'
import { REFRESH_MILLIS, type Reading, type RefreshChoice, refreshPause } from './auto-refresh.ts'

/** Asks again every so often while nobody is disturbed by it. Returns why it is paused. */
export function useAutoRefresh(
  every: RefreshChoice | null,
  reading: Omit<Reading, 'visible'>,
  refresh: () => void,
): string | undefined {
  const visible = useVisible()
  const pause = refreshPause({ ...reading, visible })
  const latest = useRef(refresh)
  latest.current = refresh
  useEffect(() => {
    if (every === null || pause !== undefined) return
    const timer = setInterval(() => latest.current(), REFRESH_MILLIS[every])
    return () => clearInterval(timer)
  }, [every, pause])
  return every === null ? undefined : pause
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(true)
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === 'visible')
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return visible
}

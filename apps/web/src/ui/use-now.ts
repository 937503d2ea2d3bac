'use client'

import { useEffect, useState } from 'react'

/** The time, epoch milliseconds, moving on every half minute: for labels, not for measuring. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [])
  return now
}

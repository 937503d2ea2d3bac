'use client'

import { useEffect, useState } from 'react'

/** True once `flag` has been true for `millis`: what is done quickly shows no sign of work. */
export function useDelayed(flag: boolean, millis: number): boolean {
  const [late, setLate] = useState(false)
  useEffect(() => {
    if (!flag) return setLate(false)
    const timer = setTimeout(() => setLate(true), millis)
    return () => clearTimeout(timer)
  }, [flag, millis])
  return flag && late
}

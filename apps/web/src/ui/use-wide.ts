'use client'

import { useSyncExternalStore } from 'react'

/** Where there is room for a panel beside what it belongs to. */
const WIDE = '(min-width: 1024px)'

/** Whether the window is wide; the server and the first paint take it for wide. */
export function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = matchMedia(WIDE)
      query.addEventListener('change', listener)
      return () => query.removeEventListener('change', listener)
    },
    () => matchMedia(WIDE).matches,
    () => true,
  )
}

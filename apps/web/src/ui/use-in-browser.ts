'use client'

import { useSyncExternalStore } from 'react'

/** False on the server and in the first paint, which must be the same; then true. */
export function useInBrowser(): boolean {
  return useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  )
}

function neverChanges(): () => void {
  return () => undefined
}

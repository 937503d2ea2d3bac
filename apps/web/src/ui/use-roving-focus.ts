'use client'

import { type KeyboardEvent, useCallback, useState } from 'react'

/** One Tab stop for many controls in a column; the arrow keys go from one to the next. */
export function useRovingFocus() {
  const [current, setCurrent] = useState<string>()
  const onKeyDown = useCallback((event: KeyboardEvent<HTMLElement>) => {
    const group = event.currentTarget.closest('[data-rove-group]')
    const stops = [...(group?.querySelectorAll<HTMLElement>('[data-rove]') ?? [])]
    const at = stops.indexOf(event.currentTarget)
    const next = {
      ArrowDown: stops[at + 1],
      ArrowUp: stops[at - 1],
      Home: stops[0],
      End: stops.at(-1),
    }[event.key]
    if (!['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return
    // Also at the ends: the key is not the page's.
    event.preventDefault()
    next?.focus()
  }, [])
  /** What a control of the group needs, where `first` says which one Tab comes to first. */
  const stop = useCallback(
    (key: string, first: boolean) => ({
      'data-rove': '',
      tabIndex: key === current || (current === undefined && first) ? 0 : -1,
      onFocus: () => setCurrent(key),
      onKeyDown,
    }),
    [current, onKeyDown],
  )
  return { stop, reset: useCallback(() => setCurrent(undefined), []) }
}

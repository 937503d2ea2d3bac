'use client'

import { type ReactNode, type RefObject, useCallback, useEffect, useMemo, useRef } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'

const SHOWN_MILLIS = 700

/**
 * The time beside the thumb while one drags it. It is written straight into the page: a drag is many events a second,
 * and nothing else changes with it.
 */
export function useThumbLabel(scroller: RefObject<HTMLDivElement | null>): {
  readonly element: ReactNode
  show(text: string, offset: number): void
} {
  const label = useRef<HTMLDivElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const show = useCallback(
    (text: string, offset: number) => {
      const [box, list] = [label.current, scroller.current]
      if (box === null || list === null || text === '') return
      const { clientHeight, scrollHeight } = list
      const share = offset / Math.max(1, scrollHeight - clientHeight)
      box.textContent = text
      box.style.transform = `translateY(${Math.round(share * (clientHeight - 28)) + 2}px)`
      box.dataset.shown = ''
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        delete box.dataset.shown
      }, SHOWN_MILLIS)
    },
    [scroller],
  )
  const element = useMemo(
    () => <div ref={label} aria-hidden data-testid={TEST_IDS.thumbTime} className="log-thumb-label" />,
    [],
  )
  return { element, show }
}

'use client'

import { nanosFromMillis } from '@heartwood/event'
import { readTimestamp } from '@heartwood/query-lang'
import { useEffect, useRef } from 'react'
import { toast } from 'sonner'

/** A time stamp pasted on the page, outside of any text field, is a time to go to. */
export function usePastedTime(zone: string, onJump: (millis: number) => void): void {
  const latest = useRef(onJump)
  latest.current = onJump
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      if (isText(event.target) || document.querySelector('[role="dialog"]') !== null) return
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (text.trim() === '') return
      event.preventDefault()
      const at = readTimestamp(text, nanosFromMillis(Date.now()), zone)
      if (at === undefined)
        toast('What was pasted is not a time. To search for it, paste it into the query bar.')
      else latest.current(Number(at / 1_000_000n))
    }
    document.addEventListener('paste', onPaste)
    return () => document.removeEventListener('paste', onPaste)
  }, [zone])
}

function isText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
  )
}

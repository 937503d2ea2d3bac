'use client'

import { type RefObject, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import type { QueryEditor } from './query-editor.tsx'

/** Where the cursor of the plain input was when the editor took its place. */
export interface TakenCursor {
  readonly from: number
  readonly to: number
  readonly focused: boolean
}

const NOT_TAKEN: TakenCursor = { from: 0, to: 0, focused: false }
/** Browsers that cannot say when they are idle are given this long for the first paint. */
const FIRST_PAINT_MILLIS = 200

/** Loads the editor once the page stands and is idle. Until then, and where that fails, the plain input stays. */
export function useEditor(input: RefObject<HTMLInputElement | null>): {
  Editor: typeof QueryEditor | undefined
  taken: TakenCursor
} {
  const [Editor, setEditor] = useState<typeof QueryEditor>()
  const taken = useRef(NOT_TAKEN)
  useEffect(() => {
    const gone = new AbortController()
    const take = (loaded: typeof QueryEditor) => {
      const plain = input.current
      taken.current = {
        from: plain?.selectionStart ?? 0,
        to: plain?.selectionEnd ?? 0,
        focused: plain !== null && document.activeElement === plain,
      }
      // At once: a key between reading the cursor and the change would be lost.
      flushSync(() => setEditor(() => loaded))
    }
    async function load() {
      const { QueryEditor: loaded } = await import('./query-editor.tsx')
      await compositionEnd(input.current, gone.signal)
      if (!gone.signal.aborted) take(loaded)
    }
    const begin = () => void load().catch(() => undefined)
    const cancel = whenIdle(begin)
    return () => {
      gone.abort()
      cancel()
    }
  }, [input])
  return { Editor, taken: taken.current }
}

function whenIdle(begin: () => void): () => void {
  if (typeof window.requestIdleCallback !== 'function') {
    const timer = setTimeout(begin, FIRST_PAINT_MILLIS)
    return () => clearTimeout(timer)
  }
  const handle = window.requestIdleCallback(begin, { timeout: 2_000 })
  return () => window.cancelIdleCallback(handle)
}

/** Letters that are being composed (Japanese, accents) belong to the input they began in. */
function compositionEnd(input: HTMLInputElement | null, gone: AbortSignal): Promise<void> {
  if (input === null || input.dataset.composing !== 'true') return Promise.resolve()
  return new Promise((resolve) =>
    input.addEventListener('compositionend', () => setTimeout(resolve), { once: true, signal: gone }),
  )
}

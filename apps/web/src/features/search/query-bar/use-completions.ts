'use client'

import { complete, type Suggestion } from '@heartwood/query-lang'
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react'

const MAX_SHOWN = 10

export interface Completions {
  readonly items: readonly Suggestion[]
  /** Index of the one that Enter or Tab takes, -1 for none yet. */
  readonly active: number
  take(suggestion: Suggestion): void
  close(): void
  /** True when the key was for the list. */
  onKeyDown(event: KeyboardEvent<HTMLInputElement>): boolean
}

/**
 * Suggestions at the cursor. They appear while someone types, never by themselves; Enter runs the query unless one
 * was chosen with the arrows, so that a finished query is never changed by the list.
 */
export function useCompletions(options: {
  draft: string
  fields: readonly string[]
  inputRef: RefObject<HTMLInputElement | null>
  onDraft(text: string): void
}): Completions {
  const { draft, fields, inputRef, onDraft } = options
  const [shown, setShown] = useState<readonly Suggestion[]>([])
  const [active, setActive] = useState(-1)

  useEffect(() => {
    const input = inputRef.current
    const typing = input !== null && document.activeElement === input && input.value === draft
    const cursor = input?.selectionStart ?? draft.length
    // An empty place offers nothing: the list would hide what stands below before anyone asked for it.
    const found = typing && /\S$/.test(draft.slice(0, cursor)) ? complete(draft, cursor, fields) : []
    setShown(found.filter((item) => item.insert !== draft.slice(item.start, item.end)).slice(0, MAX_SHOWN))
    setActive(-1)
  }, [draft, fields, inputRef])

  function take(suggestion: Suggestion) {
    const space = suggestion.kind === 'level' ? ' ' : ''
    const before = `${draft.slice(0, suggestion.start)}${suggestion.insert}${space}`
    onDraft(`${before}${draft.slice(suggestion.end).trimStart()}`)
    requestAnimationFrame(() => inputRef.current?.setSelectionRange(before.length, before.length))
  }

  return {
    items: shown,
    active,
    take,
    close: () => setShown([]),
    onKeyDown(event) {
      if (shown.length === 0) return false
      const chosen = shown[active] ?? (event.key === 'Tab' ? shown[0] : undefined)
      if (event.key === 'ArrowDown') setActive((active + 1) % shown.length)
      else if (event.key === 'ArrowUp') setActive(active <= 0 ? shown.length - 1 : active - 1)
      else if (event.key === 'Escape') setShown([])
      else if ((event.key === 'Enter' || event.key === 'Tab') && chosen !== undefined && !event.shiftKey)
        take(chosen)
      else return false
      event.preventDefault()
      return true
    },
  }
}

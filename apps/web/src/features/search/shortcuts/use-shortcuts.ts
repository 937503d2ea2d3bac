'use client'

import { useEffect, useRef } from 'react'
import { type PressedKey, type ShortcutHandlers, shortcutOf } from './shortcuts.ts'

/** Runs the page's shortcuts, those it has handlers for. While a dialog, popover or menu is open, the keys are its own. */
export function useShortcuts(handlers: Partial<ShortcutHandlers>): void {
  const latest = useRef(handlers)
  latest.current = handlers
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('[role="dialog"], [role="menu"]') !== null) return
      const action = shortcutOf({
        key: event.key,
        modified: modifierOf(event),
        place: placeOf(event.target),
      })
      const handler = action === undefined ? undefined : latest.current[action]
      if (handler === undefined) return
      event.preventDefault()
      handler()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
}

function modifierOf(event: KeyboardEvent): PressedKey['modified'] {
  if (event.altKey || (event.ctrlKey && event.metaKey)) return 'other'
  return (event.ctrlKey || event.metaKey) && 'command'
}

function placeOf(target: EventTarget | null): PressedKey['place'] {
  if (!(target instanceof HTMLElement)) return 'page'
  if (target.isContentEditable || target.matches('input, textarea, select')) return 'text'
  return target.matches('button, a, summary') ? 'control' : 'page'
}

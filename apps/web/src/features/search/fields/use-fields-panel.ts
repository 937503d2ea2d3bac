'use client'

import { useState } from 'react'
import { useHabit } from '../../../ui/use-habit.ts'
import { useInBrowser } from '../../../ui/use-in-browser.ts'
import { useWide } from '../../../ui/use-wide.ts'
import { PANEL_OPEN } from './panel-habits.ts'

export interface FieldsPanelState {
  readonly open: boolean
  /** Beside the list; else it is a sheet over it. */
  readonly beside: boolean
  toggle(): void
}

/** Whether the fields are shown: beside the list as the reader left it, on a narrow screen only when asked for. */
export function useFieldsPanel(): FieldsPanelState {
  const beside = useWide()
  const known = useInBrowser()
  const [stays, setStays] = useHabit(PANEL_OPEN)
  const [asked, setAsked] = useState(false)
  if (beside) return { open: known && stays, beside, toggle: () => setStays(!stays) }
  return { open: asked, beside, toggle: () => setAsked(!asked) }
}

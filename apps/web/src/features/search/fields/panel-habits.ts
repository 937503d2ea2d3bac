import { z } from 'zod'
import type { Habit } from '../../../ui/use-habit.ts'

export const PANEL_WIDTH = { least: 200, usual: 264, most: 480 } as const

export const PANEL_OPEN: Habit<boolean> = {
  key: 'heartwood-fields-open',
  schema: z.boolean(),
  fallback: true,
}

export const PANEL_PIXELS: Habit<number> = {
  key: 'heartwood-fields-width',
  schema: z.number().int().min(PANEL_WIDTH.least).max(PANEL_WIDTH.most),
  fallback: PANEL_WIDTH.usual,
}

/** Names of fields that stand first, in the order in which they were pinned. */
export const PINNED_FIELDS: Habit<readonly string[]> = {
  key: 'heartwood-pinned-fields',
  schema: z.array(z.string().min(1).max(500)).max(100),
  fallback: [],
}

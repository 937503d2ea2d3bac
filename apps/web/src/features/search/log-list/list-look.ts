import { z } from 'zod'
import type { Habit } from '../../../ui/use-habit.ts'

export const DENSITIES = ['compact', 'normal', 'roomy'] as const
export type Density = (typeof DENSITIES)[number]

export interface ListLook {
  readonly density: Density
  /** Long messages go on over several lines. */
  readonly wrap: boolean
}

/** How the reader likes the rows to stand. */
export const LIST_LOOK: Habit<ListLook> = {
  key: 'heartwood.list-look',
  schema: z.object({ density: z.enum(DENSITIES), wrap: z.boolean() }),
  fallback: { density: 'normal', wrap: false },
}

/** Height of a row of one line, pixels; log-list.css has the same. */
export const ROW_PIXELS: Readonly<Record<Density, number>> = { compact: 20, normal: 24, roomy: 31 }
/** On a phone: a line about the event, and one or two of its message. */
export const NARROW_ROW_PIXELS: Readonly<Record<Density, number>> = { compact: 42, normal: 46, roomy: 54 }

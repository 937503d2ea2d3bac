import { z } from 'zod'
import type { Habit } from '../../../ui/use-habit.ts'

/** Pixels; a window with less room makes it narrower. */
export const DRAWER_MIN = 320
export const DRAWER_MAX = 1_200
export const DRAWER_DEFAULT = 460

/** How wide the details are beside the list. */
export const DRAWER_WIDTH: Habit<number> = {
  key: 'heartwood.details-width',
  schema: z.number().int().min(DRAWER_MIN).max(DRAWER_MAX),
  fallback: DRAWER_DEFAULT,
}

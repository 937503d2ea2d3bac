import { z } from 'zod'
import type { Habit } from '../../../../ui/use-habit.ts'
import { MAX_WIDTH, MIN_WIDTH } from './column-model.ts'

/** Widths the reader has chosen, pixels by field. */
export const COLUMN_WIDTHS: Habit<Readonly<Record<string, number>>> = {
  key: 'heartwood.column-widths',
  schema: z.record(z.string(), z.number().min(MIN_WIDTH).max(MAX_WIDTH)),
  fallback: {},
}

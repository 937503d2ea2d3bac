import {
  constantColumn,
  type EventBatch,
  type StringColumn,
  type TextField,
  withText,
} from '@heartwood/event'
import type { Step, StepContext } from './step.ts'
import { TextFill } from './text-fill.ts'

const DEFAULTED = ['service', 'environment', 'hostname'] as const

/** The record's default for a field, or undefined. */
export function defaultOf(context: StepContext, field: TextField): string | undefined {
  const known = DEFAULTED.find((name) => name === field)
  return (known && context.header.defaults[known]) || undefined
}

/** Fills in the defaults of the record (from the URL or the key) where the events did not say themselves. */
export const defaults: Step = {
  name: 'defaults',
  run: (batch, context) => ({ batch: withDefaults(batch, context) }),
}

function withDefaults(batch: EventBatch, context: StepContext): EventBatch {
  const changes: Partial<Record<TextField, StringColumn>> = {}
  for (const field of DEFAULTED) {
    const value = defaultOf(context, field)
    if (value === undefined) continue
    const column = batch.text.get(field)
    if (column === undefined) {
      changes[field] = constantColumn(value, batch.length)
    } else if (column.codes.includes(0)) {
      const fill = new TextFill(column, batch.length)
      const code = fill.code(value)
      for (let row = 0; row < batch.length; row++) if (!fill.has(row)) fill.set(row, code)
      changes[field] = fill.finish()
    }
  }
  return withText(batch, changes)
}

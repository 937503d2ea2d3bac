import type { LogJson } from '@heartwood/api'
import { fieldTarget } from '@heartwood/event'

/** The value a column shows of an event, as text; '' where it has none. Lists are written with commas. */
export function fieldText(log: LogJson, field: string): string {
  const value = fieldValue(log, field)
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(textOf).join(', ')
  return textOf(value)
}

/** The value behind a name a query would use. */
export function fieldValue(log: LogJson, field: string): unknown {
  const target = fieldTarget(field)
  switch (target.at) {
    case 'own':
      return log[target.field.name]
    case 'attribute':
      return log.attributes[target.key] ?? log.attributes[field] ?? log.rest?.[target.key]
    case 'resource':
      return log.resource[target.key]
  }
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))
}

import {
  type AttributeValue,
  type LogEvent,
  levelOfSeverity,
  parseArray,
  TEXT_FIELDS,
  type TextField,
} from '@heartwood/event'
import type { Field } from '../manifest/field-catalog.ts'

/** A row, its values in the order of `columns` (the event's own by name), as an event. */
export function eventOfRow(
  columns: readonly { readonly field: string | Field }[],
  row: readonly unknown[],
): LogEvent {
  const own = new Map<string, unknown>()
  // A null prototype: keys come from senders, and `__proto__` is one of them.
  const attributes: Record<string, AttributeValue> = Object.create(null)
  const resource: Record<string, AttributeValue> = Object.create(null)
  for (const [index, { field }] of columns.entries()) {
    const value = row[index]
    if (value === null || value === undefined) continue
    if (typeof field === 'string') {
      own.set(field, value)
      continue
    }
    const attribute = attributeValue(field, value)
    if (attribute === undefined) continue
    const area = field.area === 'attributes' ? attributes : resource
    area[field.key] = attribute
  }
  const text = (field: TextField | 'id') => textOf(own.get(field))
  const severity_number = Number(own.get('severity_number') ?? 0)
  const optional = Object.fromEntries(TEXT_FIELDS.map((field) => [field, text(field)]))
  return {
    ...optional,
    id: text('id') ?? '',
    timestamp: nanosOf(own.get('timestamp')),
    observed_at: nanosOf(own.get('observed_at')),
    level: levelOfSeverity(severity_number),
    severity_number,
    message: text('message') ?? '',
    source: text('source') ?? '',
    weight: Number(own.get('weight') ?? 1),
    flags: Number(own.get('flags') ?? 0),
    attributes,
    resource,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function nanosOf(value: unknown): bigint {
  return typeof value === 'bigint' ? value : 0n
}

/** Integers that a double holds exactly come as number, as everywhere in the product. */
function attributeValue(field: Field, value: unknown): AttributeValue | undefined {
  switch (typeof value) {
    case 'bigint': {
      const number = Number(value)
      return Number.isSafeInteger(number) ? number : value
    }
    case 'string':
      return field.type === 'array' ? parseArray(value) : value
    case 'number':
    case 'boolean':
      return value
    default:
      return undefined
  }
}

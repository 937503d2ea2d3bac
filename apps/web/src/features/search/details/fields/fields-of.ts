import type { AttributeJson, LogJson } from '@heartwood/api'
import { OWN_FIELD_NAMES, ownField } from '@heartwood/event'
import { type FieldGroup, type FieldRow, fieldRow } from './field-row.ts'

/** Shown by themselves elsewhere in the details. */
const SHOWN_APART = new Set<string>(['message', 'raw'])
/** Elements of an array that get a line of their own. */
const MAX_ELEMENTS = 20

/** All fields of an event as lines: its own in their order, then attributes and resource by name. */
export function fieldsOf(log: LogJson): FieldRow[] {
  const own = OWN_FIELD_NAMES.filter((name) => !SHOWN_APART.has(name)).flatMap((name): FieldRow[] => {
    const value = log[name]
    if (value === undefined || (name === 'weight' && value === 1)) return []
    const row = fieldRow('event', name, value, name)
    return [ownField(name)?.kind === 'time' ? { ...row, type: 'time' } : row]
  })
  const flags = log.flags.map((flag): FieldRow => {
    return { ...fieldRow('event', 'flags', flag, undefined), key: `event flags ${flag}`, inList: true }
  })
  return [
    ...own,
    ...flags,
    ...valuesOf(log.attributes, 'attributes', attributeFilter),
    ...Object.entries(log.rest ?? {}).map(([name, value]): FieldRow => {
      const row = fieldRow('attributes', name, value, undefined)
      return { ...row, key: `rest ${name}`, nested: row.type === 'object' ? value : undefined }
    }),
    ...valuesOf(log.resource, 'resource', (key) => `resource.${key}`),
  ]
}

/** The message as a line, for what can be done with its value. */
export function messageRow(log: LogJson): FieldRow {
  return fieldRow('event', 'message', log.message, 'message')
}

/** Whether a line has this text in its name or value, any case. */
export function rowHas(row: FieldRow, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return row.name.toLowerCase().includes(wanted) || row.value.toLowerCase().includes(wanted)
}

function valuesOf(
  values: Readonly<Record<string, AttributeJson>>,
  group: FieldGroup,
  filterOf: (key: string) => string,
): FieldRow[] {
  return Object.keys(values)
    .sort()
    .flatMap((name): FieldRow[] => {
      const value = values[name]
      if (!Array.isArray(value) || value.length > MAX_ELEMENTS || value.length === 0) {
        return [fieldRow(group, name, value, typeof value === 'object' ? undefined : filterOf(name))]
      }
      return value.map((element, index): FieldRow => {
        const row = fieldRow(group, name, element, filterOf(name))
        return { ...row, key: `${row.key} ${index}`, inList: value.length > 1 }
      })
    })
}

/** An attribute whose name is also the name of a field of the event has to say which it is. */
function attributeFilter(key: string): string {
  const hidden = ownField(key) !== undefined || key.startsWith('resource.') || key.startsWith('attributes.')
  return hidden ? `attributes.${key}` : key
}

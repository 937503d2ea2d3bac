import type { AttributeJson, LogJson } from '@heartwood/api'
import { OWN_FIELD_NAMES, ownField } from '@heartwood/event'

/** One line of an opened row. */
export interface FieldRow {
  readonly name: string
  readonly value: string
  /** The name to filter by, where the value is one a query can name. */
  readonly filter: string | undefined
  readonly group: 'event' | 'attributes' | 'resource'
}

/** Shown by themselves elsewhere in the opened row. */
const SHOWN_APART = new Set<string>(['message', 'raw'])
const NOT_FILTERED = new Set<string>(['@timestamp', 'observed_at'])
/** Elements of an array that get a line of their own. */
const MAX_ELEMENTS = 20

/** All fields of an event as lines: its own in their order, then attributes and resource by name. */
export function fieldsOf(log: LogJson): FieldRow[] {
  const own = OWN_FIELD_NAMES.filter((name) => !SHOWN_APART.has(name)).flatMap((name): FieldRow[] => {
    const value = log[name]
    if (value === undefined || (name === 'weight' && value === 1)) return []
    return [{ name, value: String(value), filter: NOT_FILTERED.has(name) ? undefined : name, group: 'event' }]
  })
  const flags: FieldRow[] = log.flags.map((flag) => ({
    name: 'flags',
    value: flag,
    filter: undefined,
    group: 'event',
  }))
  return [
    ...own,
    ...flags,
    ...valuesOf(log.attributes, 'attributes', attributeFilter),
    ...Object.entries(log.rest ?? {}).map(
      ([name, value]): FieldRow => ({ name, value: jsonText(value), filter: undefined, group: 'attributes' }),
    ),
    ...valuesOf(log.resource, 'resource', (key) => `resource.${key}`),
  ]
}

function valuesOf(
  values: Readonly<Record<string, AttributeJson>>,
  group: FieldRow['group'],
  filterOf: (key: string) => string,
): FieldRow[] {
  return Object.keys(values)
    .sort()
    .flatMap((name): FieldRow[] => {
      const value = values[name]
      const elements = Array.isArray(value) && value.length <= MAX_ELEMENTS ? value : [value]
      return elements.map((element) => {
        const scalar = typeof element !== 'object' && element !== undefined
        return { name, value: jsonText(element), filter: scalar ? filterOf(name) : undefined, group }
      })
    })
}

/** An attribute whose name is also the name of a field of the event has to say which it is. */
function attributeFilter(key: string): string {
  const hidden = ownField(key) !== undefined || key.startsWith('resource.') || key.startsWith('attributes.')
  return hidden ? `attributes.${key}` : key
}

/** Text as it is, everything else as JSON, integers of any size with all digits. */
function jsonText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return value.toString()
  return (
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner)) ??
    ''
  )
}

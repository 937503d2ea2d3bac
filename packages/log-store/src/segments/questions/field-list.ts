import { type ColumnType, TEXT_FIELDS } from '@heartwood/event'
import type { FieldInfo } from '../../port.ts'
import { type FieldCatalog, TEXT_FIELD_IDS } from '../manifest/field-catalog.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'

type FieldType = FieldInfo['types'][number]

const TYPES: Readonly<Record<ColumnType, FieldType>> = {
  string: 'string',
  array: 'array',
  int64: 'number',
  double: 'number',
  boolean: 'boolean',
}

/** Own fields that every event has. */
const ALWAYS: readonly (readonly [string, ColumnType])[] = [
  ['@timestamp', 'int64'],
  ['observed_at', 'int64'],
  ['id', 'string'],
  ['level', 'string'],
  ['severity_number', 'int64'],
  ['weight', 'double'],
]

/** Every field that occurs in the segments, by name; `rest` is storage, not a field. */
export function fieldsOf(segments: readonly SegmentInfo[], catalog: FieldCatalog): FieldInfo[] {
  const found = new Map<string, { types: Set<FieldType>; stored: Set<ColumnType>; events: number }>()
  const add = (name: string, type: ColumnType, events: number) => {
    const field = found.get(name) ?? { types: new Set(), stored: new Set(), events: 0 }
    field.types.add(TYPES[type])
    field.stored.add(type)
    field.events += events
    found.set(name, field)
  }
  for (const { rows, fields } of segments) {
    for (const [name, type] of ALWAYS) add(name, type, rows)
    const ids = new Set(fields)
    for (const name of TEXT_FIELDS) {
      if (name !== 'rest' && ids.has(TEXT_FIELD_IDS[name])) add(name, 'string', rows)
    }
    const keys = new Map<string, ColumnType[]>()
    for (const id of fields) {
      const field = catalog.byId(id)
      if (field === undefined) continue
      const name = field.area === 'resource' ? `resource.${field.key}` : field.key
      keys.set(name, [...(keys.get(name) ?? []), field.type])
    }
    for (const [name, types] of keys) {
      for (const [index, type] of types.entries()) add(name, type, index === 0 ? rows : 0)
    }
  }
  return [...found]
    .map(([name, { types, stored, events }]) => ({
      name,
      types: [...types].sort(),
      integers: stored.has('int64') && !stored.has('double'),
      events,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

import {
  COLUMN_TYPES,
  type Column,
  type ColumnSet,
  type ColumnType,
  type EventBatch,
  exactJson,
  hasAnyValue,
  type StringColumn,
  stringColumnBuilder,
  textAt,
  valueAt,
} from '@heartwood/event'
import { type FieldCatalog, MAX_FIELDS, MAX_KEY_LENGTH } from '../manifest/field-catalog.ts'
import type { FieldArea, FieldEntry } from '../manifest/manifest-format.ts'

/** An attribute or resource column with the field id it is stored under. */
export interface PlannedColumn {
  readonly id: number
  readonly area: FieldArea
  readonly key: string
  readonly type: ColumnType
  readonly values: Column
}

export interface ColumnPlan {
  readonly columns: readonly PlannedColumn[]
  /** Entries the catalog does not have yet; they must be in the commit that first uses them. */
  readonly added: readonly FieldEntry[]
  /** The `rest` column, with the values of keys that get no column. */
  readonly rest: StringColumn | undefined
}

/** Gives every column of a batch its permanent field, or sends its values to `rest`. Changes nothing. */
export function planColumns(batch: EventBatch, catalog: FieldCatalog): ColumnPlan {
  const columns: PlannedColumn[] = []
  const added: FieldEntry[] = []
  const overflow: { name: string; values: Column }[] = []
  const taken = new Set<string>()
  for (const [area, set] of [
    ['attributes', batch.attributes],
    ['resource', batch.resource],
  ] as const) {
    for (const { key: sent, type, values } of typedColumns(set)) {
      const key = sent.toWellFormed()
      const slot = `${area}\0${type}\0${key}`
      const id =
        catalog.find(area, key, type)?.id ??
        (key.length <= MAX_KEY_LENGTH && catalog.size + added.length < MAX_FIELDS
          ? catalog.nextId + added.length
          : undefined)
      if (id === undefined || taken.has(slot)) {
        overflow.push({ name: area === 'resource' ? `resource.${key}` : key, values })
        continue
      }
      taken.add(slot)
      if (catalog.find(area, key, type) === undefined) added.push([id, area, key, type])
      columns.push({ id, area, key, type, values })
    }
  }
  return { columns, added, rest: restWith(batch, overflow) }
}

function* typedColumns(set: ColumnSet): Generator<{ key: string; type: ColumnType; values: Column }> {
  for (const [key, typed] of set) {
    for (const type of COLUMN_TYPES) {
      const values = typed[type]
      if (values !== undefined && hasAnyValue(values)) yield { key, type, values }
    }
  }
}

function restWith(
  batch: EventBatch,
  overflow: readonly { readonly name: string; readonly values: Column }[],
): StringColumn | undefined {
  const sent = batch.text.get('rest')
  if (overflow.length === 0) return sent
  const builder = stringColumnBuilder()
  for (let row = 0; row < batch.length; row++) {
    const members = overflow.flatMap(({ name, values }) => {
      const value = valueAt(values, row)
      return value === undefined ? [] : [`${JSON.stringify(name)}:${exactJson(value)}`]
    })
    const text = joinObject(textAt(sent, row), members)
    if (text !== undefined) builder.set(row, text)
  }
  return builder.finish(batch.length)
}

/** JSON text of an object with more members; what it held stays as written. */
function joinObject(object: string | undefined, members: readonly string[]): string | undefined {
  if (members.length === 0) return object
  const inner = object?.trim().slice(1, -1).trim() ?? ''
  return `{${inner === '' ? '' : `${inner},`}${members.join(',')}}`
}

import { exactJson, fieldTarget, isoFromNanos, type LogEvent, OWN_FIELD_NAMES } from '@heartwood/event'
import type { FieldInfo, TableColumn, TableColumnType, TableValue } from '@heartwood/log-store'
import { fieldText } from '@heartwood/query-lang'
import { AppError } from '@heartwood/runtime'

/** A field of an event as it stands in an export: text, number or truth value; undefined for none. */
export type ExportValue = string | bigint | number | boolean | undefined

const MAX_COLUMNS = 2_000

/** The fields that a client chose, each once; undefined where it chose none. */
export function chosenColumns(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined
  // A comma or a backslash within a name has a backslash before it.
  const written = text.match(/(?:\\.|[^\\,])+/g) ?? []
  const names = written.map((name) => name.replace(/\\(.)/g, '$1').trim())
  const columns = [...new Set(names.filter((name) => name !== ''))]
  if (columns.length === 0 || columns.length > MAX_COLUMNS)
    throw new AppError('invalid_parameter', `columns: takes 1 to ${MAX_COLUMNS} fields, separated by commas`)
  return columns
}

/** All fields that occur: those of every event first, then the others by name. */
export function allColumns(fields: readonly FieldInfo[]): string[] {
  const there = new Set(fields.map(({ name }) => name))
  const own: readonly string[] = OWN_FIELD_NAMES
  const others = [...there].filter((name) => !own.includes(name))
  return [...own.filter((name) => there.has(name)), ...others].slice(0, MAX_COLUMNS)
}

/** The value of a field; times are ISO 8601. */
export function exportValue(event: LogEvent, name: string): ExportValue {
  const target = fieldTarget(name)
  if (target.at === 'own') {
    const { name: own } = target.field
    if (own === '@timestamp') return isoFromNanos(event.timestamp)
    const value = event[own]
    return typeof value === 'bigint' ? isoFromNanos(value) : value
  }
  const values = target.at === 'attribute' ? event.attributes : event.resource
  const value = Object.hasOwn(values, target.key) ? values[target.key] : undefined
  if (value === undefined) return fieldText(event, name)
  return typeof value === 'object' ? exactJson(value) : value
}

/** A field as a column of a table: of text, unless all its values are of one other type. */
export function tableColumn(name: string, fields: readonly FieldInfo[]): TableColumn {
  return { name, type: columnType(name, fields) }
}

function columnType(name: string, fields: readonly FieldInfo[]): TableColumnType {
  const target = fieldTarget(name)
  if (target.at === 'own' && target.field.kind === 'time') return 'time'
  const stored = target.at === 'own' ? target.field.name : target.at === 'attribute' ? target.key : name
  const field = fields.find((field) => field.name === stored)
  const [type, ...others] = field?.types ?? []
  if (field === undefined || others.length > 0) return 'text'
  switch (type) {
    case 'number':
      return field.integers ? 'integer' : 'number'
    case 'boolean':
      return 'boolean'
    default:
      return 'text'
  }
}

/** The value of a field for a column of a table. */
export function tableValue(event: LogEvent, { name, type }: TableColumn): TableValue {
  switch (type) {
    case 'time':
      return isEventTime(name) ? event.timestamp : event.observed_at
    case 'text': {
      const value = exportValue(event, name)
      return value === undefined || typeof value === 'string' ? value : fieldText(event, name)
    }
    case 'integer': {
      const value = exportValue(event, name)
      return isWhole(value) ? BigInt(value) : value
    }
    case 'number': {
      const value = exportValue(event, name)
      return value === undefined || typeof value === 'boolean' ? value : Number(value)
    }
    case 'boolean':
      return exportValue(event, name)
  }
}

function isEventTime(name: string): boolean {
  const target = fieldTarget(name)
  return target.at === 'own' && target.field.name === '@timestamp'
}

/** Also as text: that is how a number comes that lies in `rest`. */
function isWhole(value: ExportValue): value is number | string {
  return typeof value === 'number'
    ? Number.isInteger(value)
    : typeof value === 'string' && /^-?\d+$/.test(value)
}

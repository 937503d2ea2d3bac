import { fieldTarget, type OwnField } from '@heartwood/event'
import {
  type DuckDbColumn,
  type DuckDbColumns,
  type DuckDbExpression,
  jsonPointer,
  quoteIdentifier,
  restValue,
} from './duckdb-sql.ts'

/** How the values of a field become SQL of one type. */
export interface ValueSql {
  readonly type: 'VARCHAR' | 'DOUBLE'
  /** Of one of the event's own fields; undefined where it has no such value. */
  own(field: OwnField, columns: DuckDbColumns): string | undefined
  /** Of a column of an attribute; undefined where it has no such value. */
  column(column: DuckDbColumn): string | undefined
  /** Of a JSON value in `rest`. */
  json(value: string): string
}

/** Compiles a field's name to an expression that gives its value, wherever an event has it, and NULL where it has none. */
export function compileDuckDbValue(
  name: string,
  columns: DuckDbColumns,
  sql: ValueSql,
  firstParameter: number,
): DuckDbExpression {
  const target = fieldTarget(name)
  if (target.at === 'own') return { sql: firstOf([sql.own(target.field, columns)], sql), params: [] }
  const typed = target.at === 'attribute' ? columns.attribute(target.key) : columns.resource(target.key)
  const values = typed.map((column) => sql.column(column))
  const rest = columns.own('rest')
  if (rest === undefined) return { sql: firstOf(values, sql), params: [] }
  const value = restValue(quoteIdentifier(rest), `$${firstParameter}`)
  const key = target.at === 'attribute' ? target.key : `resource.${target.key}`
  return { sql: firstOf([...values, sql.json(value)], sql), params: [jsonPointer(key)] }
}

function firstOf(values: readonly (string | undefined)[], { type }: ValueSql): string {
  const [only, ...more] = values.filter((value) => value !== undefined)
  if (only === undefined) return `CAST(NULL AS ${type})`
  return more.length === 0 ? only : `coalesce(${[only, ...more].join(', ')})`
}

import { fieldTarget } from '@heartwood/event'
import {
  type DuckDbColumn,
  type DuckDbColumns,
  type DuckDbExpression,
  jsonPointer,
  quoteIdentifier,
  restValue,
} from './duckdb-sql.ts'

/**
 * Compiles a field's name to a DOUBLE expression that gives its value as `fieldNumber` does, and NULL for none. It gives
 * NaN and infinities too, which are no numbers there: leave them out by `isNumberSql`, once for all rows.
 */
export function compileDuckDbNumber(
  name: string,
  columns: DuckDbColumns,
  options: { readonly firstParameter?: number } = {},
): DuckDbExpression {
  const target = fieldTarget(name)
  if (target.at === 'own') {
    const { name, kind } = target.field
    const column = kind === 'number' && name !== 'level' ? columns.own(name) : undefined
    return { sql: firstOf(column === undefined ? [] : [asDouble(quoteIdentifier(column))]), params: [] }
  }
  const typed = target.at === 'attribute' ? columns.attribute(target.key) : columns.resource(target.key)
  const numbers = typed.flatMap(columnNumber)
  const rest = columns.own('rest')
  if (rest === undefined) return { sql: firstOf(numbers), params: [] }
  const value = restValue(quoteIdentifier(rest), `$${options.firstParameter ?? 1}`)
  const key = target.at === 'attribute' ? target.key : `resource.${target.key}`
  return { sql: firstOf([...numbers, jsonNumber(value)]), params: [jsonPointer(key)] }
}

/** A condition that a DOUBLE is a finite number; comparisons cost DuckDB less than isfinite(). NaN is above all others. */
export function isNumberSql(expression: string): string {
  return `(${expression} < CAST('infinity' AS DOUBLE) AND ${expression} > CAST('-infinity' AS DOUBLE))`
}

function columnNumber({ name, type }: DuckDbColumn): string[] {
  const column = quoteIdentifier(name)
  switch (type) {
    case 'int64':
      return [asDouble(column)]
    case 'double':
      return [column]
    case 'string':
    case 'boolean':
    case 'array':
      return []
  }
}

function jsonNumber(value: string): string {
  return `CASE WHEN json_type(${value}) IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE') THEN TRY_CAST((${value}->>'$') AS DOUBLE) END`
}

function asDouble(expression: string): string {
  return `CAST(${expression} AS DOUBLE)`
}

function firstOf(numbers: readonly string[]): string {
  const [only] = numbers
  if (only === undefined) return 'CAST(NULL AS DOUBLE)'
  return numbers.length === 1 ? only : `coalesce(${numbers.join(', ')})`
}

import {
  type DuckDbColumn,
  type DuckDbColumns,
  type DuckDbExpression,
  quoteIdentifier,
} from './duckdb-sql.ts'
import { compileDuckDbValue, type ValueSql } from './duckdb-value.ts'

/**
 * Compiles a field's name to a DOUBLE expression that gives its value as `fieldNumber` does, and NULL for none. It gives
 * NaN and infinities too, which are no numbers there: leave them out by `isNumberSql`, once for all rows.
 */
export function compileDuckDbNumber(
  name: string,
  columns: DuckDbColumns,
  options: { readonly firstParameter?: number } = {},
): DuckDbExpression {
  return compileDuckDbValue(name, columns, NUMBERS, options.firstParameter ?? 1)
}

const NUMBERS: ValueSql = {
  type: 'DOUBLE',
  own({ name, kind }, columns) {
    const column = kind === 'number' && name !== 'level' ? columns.own(name) : undefined
    return column && asDouble(quoteIdentifier(column))
  },
  column: columnNumber,
  json: jsonNumber,
}

/** A condition that a DOUBLE is a finite number; comparisons cost DuckDB less than isfinite(). NaN is above all others. */
export function isNumberSql(expression: string): string {
  return `(${expression} < CAST('infinity' AS DOUBLE) AND ${expression} > CAST('-infinity' AS DOUBLE))`
}

function columnNumber({ name, type }: DuckDbColumn): string | undefined {
  const column = quoteIdentifier(name)
  switch (type) {
    case 'int64':
      return asDouble(column)
    case 'double':
      return column
    case 'string':
    case 'boolean':
    case 'array':
      return undefined
  }
}

function jsonNumber(value: string): string {
  return `CASE WHEN json_type(${value}) IN ('BIGINT', 'UBIGINT', 'HUGEINT', 'DOUBLE') THEN TRY_CAST((${value}->>'$') AS DOUBLE) END`
}

function asDouble(expression: string): string {
  return `CAST(${expression} AS DOUBLE)`
}

import { LEVELS, type OwnField } from '@heartwood/event'
import {
  type DuckDbColumn,
  type DuckDbColumns,
  type DuckDbExpression,
  quoteIdentifier,
} from './duckdb-sql.ts'
import { compileDuckDbValue, type ValueSql } from './duckdb-value.ts'

/**
 * Compiles a field's name to a VARCHAR expression that gives its value as `fieldText` does, and NULL where an event has
 * none: what counts by value group on.
 */
export function compileDuckDbText(
  name: string,
  columns: DuckDbColumns,
  options: { readonly firstParameter?: number } = {},
): DuckDbExpression {
  return compileDuckDbValue(name, columns, TEXTS, options.firstParameter ?? 1)
}

const TEXTS: ValueSql = { type: 'VARCHAR', own: ownText, column: columnText, json: jsonText }

function ownText({ name }: OwnField, columns: DuckDbColumns): string | undefined {
  const column = columns.own(name === 'level' ? 'severity_number' : name)
  if (column === undefined) return name === 'level' ? `'unknown'` : undefined
  const quoted = quoteIdentifier(column)
  switch (name) {
    case 'level': {
      const names = LEVELS.slice(0, 6).map((level) => `'${level}'`)
      return `CASE WHEN ${quoted} BETWEEN 1 AND 24 THEN [${names.join(', ')}][(${quoted} - 1) // 4 + 1] ELSE 'unknown' END`
    }
    case '@timestamp':
    case 'observed_at':
    case 'severity_number':
      return `CAST(${quoted} AS VARCHAR)`
    case 'weight':
      return doubleText(quoted)
    default:
      return quoted
  }
}

function columnText({ name, type }: DuckDbColumn): string {
  const column = quoteIdentifier(name)
  switch (type) {
    case 'string':
    case 'array':
      return column
    case 'int64':
    case 'boolean':
      return `CAST(${column} AS VARCHAR)`
    case 'double':
      return doubleText(column)
  }
}

function doubleText(expression: string): string {
  const isSafeInteger = `${expression} = trunc(${expression}) AND abs(${expression}) < 9007199254740992`
  return `CASE WHEN ${isSafeInteger} THEN CAST(CAST(${expression} AS BIGINT) AS VARCHAR) ELSE CAST(${expression} AS VARCHAR) END`
}

function jsonText(value: string): string {
  const text = `(${value}->>'$')`
  const double = doubleText(`TRY_CAST(${text} AS DOUBLE)`)
  return (
    `CASE json_type(${value}) WHEN 'NULL' THEN NULL WHEN 'ARRAY' THEN '[...]' WHEN 'OBJECT' THEN '{...}' WHEN 'DOUBLE' THEN ${double} ` +
    `WHEN 'UBIGINT' THEN coalesce(CAST(TRY_CAST(${text} AS BIGINT) AS VARCHAR), ${double}) ELSE ${text} END`
  )
}

import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { COLUMN_TYPES, type ColumnSet, type EventBatch, textAt } from '@heartwood/event'
import type { DuckDbColumn, DuckDbColumns, DuckDbExpression } from '../src/index.ts'

const SQL_TYPES = {
  string: 'VARCHAR',
  array: 'VARCHAR',
  int64: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
} as const

/** A DuckDB table that holds a batch, for asking real DuckDB what a compiled query means. */
export interface BatchTable extends AsyncDisposable {
  readonly columns: DuckDbColumns
  /** The rows for which the expression is true. */
  rowsWhere(expression: DuckDbExpression): Promise<number[]>
  /** The value of a VARCHAR expression in every row. */
  values(expression: DuckDbExpression): Promise<(string | null)[]>
}

export async function openConnection(): Promise<DuckDBConnection & AsyncDisposable> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  return Object.assign(connection, {
    async [Symbol.asyncDispose]() {
      connection.closeSync()
      instance.closeSync()
    },
  })
}

let tables = 0

export async function batchTable(connection: DuckDBConnection, batch: EventBatch): Promise<BatchTable> {
  const table = `batch_${++tables}`
  const own = new Map<string, string>([
    ['id', 'VARCHAR'],
    ['@timestamp', 'BIGINT'],
    ['observed_at', 'BIGINT'],
    ['severity_number', 'UTINYINT'],
    ['weight', 'DOUBLE'],
    ...[...batch.text.keys()].map((field) => [field, 'VARCHAR'] as const),
  ])
  const attributes = keyedColumns('a', batch.attributes)
  const resource = keyedColumns('r', batch.resource)
  const keyed = [...attributes, ...resource]
  const definitions = [
    ...[...own].map(([name, type]) => `"${name}" ${type}`),
    ...keyed.map(({ name, type }) => `"${name}" ${SQL_TYPES[type]}`),
  ]
  await connection.run(`CREATE TABLE ${table} ("row" INTEGER, ${definitions.join(', ')})`)
  const appender = await connection.createAppender(table)
  for (let row = 0; row < batch.length; row++) {
    appender.appendInteger(row)
    for (const name of own.keys()) {
      if (name === '@timestamp') appender.appendBigInt(batch.timestamp[row] ?? 0n)
      else if (name === 'observed_at') appender.appendBigInt(batch.observed_at[row] ?? 0n)
      else if (name === 'severity_number') appender.appendUTinyInt(batch.severity_number[row] ?? 0)
      else if (name === 'weight') appender.appendDouble(batch.weight[row] ?? 1)
      else appendText(name === 'id' ? textAt(batch.id, row) : textAt(batch.text.get(name as 'message'), row))
    }
    for (const { set, key, type } of keyed) {
      const column = set.get(key)?.[type]
      switch (column?.type) {
        case 'string':
        case 'array':
          appendText(column.codes[row] === 0 ? undefined : column.values.at(column.codes[row] ?? 0))
          break
        case 'int64':
          if (column.present[row] === 1) appender.appendBigInt(column.values[row] ?? 0n)
          else appender.appendNull()
          break
        case 'double':
          if (column.present[row] === 1) appender.appendDouble(column.values[row] ?? 0)
          else appender.appendNull()
          break
        default:
          if (column === undefined || column.values[row] === 0) appender.appendNull()
          else appender.appendBoolean(column.values[row] === 2)
      }
    }
    appender.endRow()
  }
  appender.closeSync()

  function appendText(text: string | undefined): void {
    if (text === undefined) appender.appendNull()
    else appender.appendVarchar(text)
  }

  const of = (columns: typeof keyed, key: string) => columns.filter((column) => column.key === key)
  return {
    columns: {
      own: (field) => (own.has(field) ? field : undefined),
      attribute: (key) => of(attributes, key),
      resource: (key) => of(resource, key),
      searchableAttributes: () => attributes.filter(({ type }) => type === 'string' || type === 'array'),
    },
    async rowsWhere({ sql, params }) {
      const reader = await connection.runAndReadAll(
        `SELECT "row" FROM ${table} WHERE ${sql} ORDER BY "row"`,
        [...params],
      )
      return reader.getRows().map(([row]) => Number(row))
    },
    async values({ sql, params }) {
      const reader = await connection.runAndReadAll(`SELECT ${sql} FROM ${table} ORDER BY "row"`, [...params])
      return reader.getRows().map(([value]) => (typeof value === 'string' ? value : null))
    },
    async [Symbol.asyncDispose]() {
      await connection.run(`DROP TABLE ${table}`)
    },
  }
}

interface KeyedColumn extends DuckDbColumn {
  readonly set: ColumnSet
  readonly key: string
}

function keyedColumns(prefix: string, set: ColumnSet): KeyedColumn[] {
  return [...set].flatMap(([key, typed], index) =>
    COLUMN_TYPES.filter((type) => typed[type] !== undefined).map((type) => ({
      name: `${prefix}${index}_${type}`,
      set,
      key,
      type,
    })),
  )
}

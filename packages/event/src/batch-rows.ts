import type { Column, ColumnSet, EventBatch, StringColumn, TextField, TypedColumns } from './event-batch.ts'
import { COLUMN_TYPES } from './event-batch.ts'

/** The rows of a batch at `rows`, in that order (a filter, a sort or a slice). Dictionaries are shared, not copied. */
export function selectRows(batch: EventBatch, rows: Uint32Array): EventBatch {
  return {
    length: rows.length,
    id: selectColumn(batch.id, rows),
    timestamp: pickBigInt(batch.timestamp, rows),
    observed_at: pickBigInt(batch.observed_at, rows),
    severity_number: Uint8Array.from(rows, (row) => batch.severity_number[row] ?? 0),
    weight: Float64Array.from(rows, (row) => batch.weight[row] ?? 1),
    flags: Uint8Array.from(rows, (row) => batch.flags[row] ?? 0),
    text: new Map([...batch.text].map(([field, column]) => [field, selectColumn(column, rows)])),
    attributes: selectSet(batch.attributes, rows),
    resource: selectSet(batch.resource, rows),
  }
}

function pickBigInt(values: BigInt64Array, rows: Uint32Array): BigInt64Array {
  const picked = new BigInt64Array(rows.length)
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i] ?? 0] ?? 0n
  return picked
}

function selectSet(columns: ColumnSet, rows: Uint32Array): ColumnSet {
  return new Map([...columns].map(([key, typed]) => [key, selectTyped(typed, rows)]))
}

function selectTyped(typed: TypedColumns, rows: Uint32Array): TypedColumns {
  const selected: Partial<Record<string, Column>> = {}
  for (const type of COLUMN_TYPES) {
    const column = typed[type]
    if (column !== undefined) selected[type] = selectColumn(column, rows)
  }
  return selected as TypedColumns
}

function selectColumn<C extends Column>(column: C, rows: Uint32Array): C
function selectColumn(column: Column, rows: Uint32Array): Column {
  switch (column.type) {
    case 'string':
      return { type: 'string', values: column.values, codes: rows.map((row) => column.codes[row] ?? 0) }
    case 'array':
      return { type: 'array', values: column.values, codes: rows.map((row) => column.codes[row] ?? 0) }
    case 'int64':
      return {
        type: 'int64',
        present: Uint8Array.from(rows, (row) => column.present[row] ?? 0),
        values: pickBigInt(column.values, rows),
      }
    case 'double':
      return {
        type: 'double',
        present: Uint8Array.from(rows, (row) => column.present[row] ?? 0),
        values: Float64Array.from(rows, (row) => column.values[row] ?? 0),
      }
    case 'boolean':
      return { type: 'boolean', values: Uint8Array.from(rows, (row) => column.values[row] ?? 0) }
  }
}

/** A column with the same value in every row. */
export function constantColumn(value: string, length: number): StringColumn {
  return { type: 'string', codes: new Uint32Array(length).fill(1), values: ['', value] }
}

/** The same batch with some text columns replaced (undefined removes one). */
export function withText(
  batch: EventBatch,
  changes: Partial<Record<TextField, StringColumn | undefined>>,
): EventBatch {
  const text = new Map(batch.text)
  for (const [field, column] of Object.entries(changes) as [TextField, StringColumn | undefined][]) {
    if (column === undefined) text.delete(field)
    else text.set(field, column)
  }
  return { ...batch, text }
}

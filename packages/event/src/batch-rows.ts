import type { Column, ColumnSet, EventBatch, StringColumn, TextField, TypedColumns } from './event-batch.ts'
import { COLUMN_TYPES } from './event-batch.ts'
import { textValues } from './text-values.ts'

/** The rows of a batch at `rows`, in that order (a filter, a sort or a slice). Dictionaries are shared, not copied. */
export function selectRows(batch: EventBatch, rows: Uint32Array): EventBatch {
  return {
    length: rows.length,
    id: selectColumn(batch.id, rows),
    timestamp: pickBigInt(batch.timestamp, rows),
    observed_at: pickBigInt(batch.observed_at, rows),
    severity_number: pick(batch.severity_number, rows, new Uint8Array(rows.length)),
    weight: pick(batch.weight, rows, new Float64Array(rows.length)),
    flags: pick(batch.flags, rows, new Uint8Array(rows.length)),
    text: new Map([...batch.text].map(([field, column]) => [field, selectColumn(column, rows)])),
    attributes: selectSet(batch.attributes, rows),
    resource: selectSet(batch.resource, rows),
  }
}

function pickBigInt(values: BigInt64Array, rows: Uint32Array): BigInt64Array {
  const picked = new BigInt64Array(rows.length)
  // Moved as halves, since each BigInt would be an allocation.
  const from = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  const to = new Uint32Array(picked.buffer)
  for (let i = 0; i < rows.length; i++) {
    const at = (rows[i] ?? 0) * 2
    to[i * 2] = from[at] ?? 0
    to[i * 2 + 1] = from[at + 1] ?? 0
  }
  return picked
}

/** A plain loop: the methods of typed arrays call back for every row. */
function pick<T extends Uint8Array | Uint32Array | Float64Array>(values: T, rows: Uint32Array, picked: T): T {
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i] ?? 0] ?? 0
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
      return {
        type: 'string',
        values: column.values,
        codes: pick(column.codes, rows, new Uint32Array(rows.length)),
      }
    case 'array':
      return {
        type: 'array',
        values: column.values,
        codes: pick(column.codes, rows, new Uint32Array(rows.length)),
      }
    case 'int64':
      return {
        type: 'int64',
        present: pick(column.present, rows, new Uint8Array(rows.length)),
        values: pickBigInt(column.values, rows),
      }
    case 'double':
      return {
        type: 'double',
        present: pick(column.present, rows, new Uint8Array(rows.length)),
        values: pick(column.values, rows, new Float64Array(rows.length)),
      }
    case 'boolean':
      return { type: 'boolean', values: pick(column.values, rows, new Uint8Array(rows.length)) }
  }
}

/** A column with the same value in every row. */
export function constantColumn(value: string, length: number): StringColumn {
  return { type: 'string', codes: new Uint32Array(length).fill(1), values: textValues(['', value]) }
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

import { constants, zstdCompressSync } from 'node:zlib'
import type { Column, ColumnType, EventBatch, StringColumn } from '@heartwood/event'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, type ColumnSource, parquetWrite } from 'hyparquet-writer'
import type { PlannedColumn } from './column-plan.ts'
import { OWN_FIELD_IDS, TEXT_FIELD_IDS } from './field-catalog.ts'
import { wellFormed, wellFormedJson } from './well-formed.ts'

/** The unit of fetch for DuckDB. */
const ROW_GROUP_ROWS = 65_536

/** What DuckDB looks up with `=` and nothing sorts by. */
const BLOOM_FILTERED: ReadonlySet<number> = new Set([TEXT_FIELD_IDS.trace_id, TEXT_FIELD_IDS.request_id])

export interface EncodedSegment {
  readonly bytes: Uint8Array
  /** Field ids of the columns in the file. */
  readonly fields: readonly number[]
}

interface FileColumn {
  readonly id: number
  readonly name: string
  readonly type: ColumnType
  /** Made when the writer comes to the column and dropped after it: a wide batch of many rows would not fit at once. */
  readonly values: () => unknown[]
  /** Parquet has no order for NaN, and DuckDB another one. */
  readonly statistics: boolean
}

/**
 * Writes the rows of a batch, in their order, as one Parquet file: an OPTIONAL column per field under its field id,
 * zstd pages with checksums, row groups of 64 K rows, statistics, Bloom filters on the ids people look up.
 * `columns` takes the place of the batch's attributes and resource.
 */
export function encodeSegment(
  batch: EventBatch,
  columns: readonly (PlannedColumn & { readonly column: string })[],
): EncodedSegment {
  const file = [...ownColumns(batch), ...columns.map(attributeColumn)]
  const writer = new ByteWriter()
  parquetWrite({
    writer,
    schema: [{ name: 'event', num_children: file.length }, ...file.map(schemaElement)],
    columnData: file.map(columnSource),
    codec: 'ZSTD',
    compressors: { ZSTD: compress },
    rowGroupSize: ROW_GROUP_ROWS,
    createdBy: 'heartwood',
  })
  return { bytes: writer.getBytes(), fields: file.map((column) => column.id) }
}

function compress(page: Uint8Array): Uint8Array {
  return zstdCompressSync(page, {
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  })
}

function* ownColumns(batch: EventBatch): Generator<FileColumn> {
  const int64 = (id: number, name: string, values: () => unknown[]): FileColumn => ({
    id,
    name,
    type: 'int64',
    values,
    statistics: true,
  })
  yield { id: OWN_FIELD_IDS.id, name: 'id', type: 'string', values: () => texts(batch.id), statistics: true }
  yield int64(OWN_FIELD_IDS.timestamp, 'timestamp', () => Array.from(batch.timestamp))
  yield int64(OWN_FIELD_IDS.observed_at, 'observed_at', () => Array.from(batch.observed_at))
  yield int64(OWN_FIELD_IDS.severity_number, 'severity_number', () =>
    Array.from(batch.severity_number, BigInt),
  )
  yield {
    id: OWN_FIELD_IDS.weight,
    name: 'weight',
    type: 'double',
    values: () => Array.from(batch.weight),
    statistics: true,
  }
  yield int64(OWN_FIELD_IDS.flags, 'flags', () => Array.from(batch.flags, BigInt))
  for (const [field, column] of batch.text) {
    if (!column.codes.some((code) => code !== 0)) continue
    const id = TEXT_FIELD_IDS[field]
    const repair = field === 'rest' ? wellFormedJson : wellFormed
    yield { id, name: field, type: 'string', values: () => texts(column, repair), statistics: true }
  }
}

function attributeColumn(planned: PlannedColumn & { readonly column: string }): FileColumn {
  const { id, column: name, type, values } = planned
  const statistics = values.type !== 'double' || !values.values.some(Number.isNaN)
  return { id, name, type, values: () => valuesOf(values), statistics }
}

function valuesOf(column: Column): unknown[] {
  switch (column.type) {
    case 'string':
      return texts(column)
    case 'array':
      return texts(column, wellFormedJson)
    case 'int64':
    case 'double':
      return Array.from(column.present, (present, row) => (present ? column.values[row] : undefined))
    case 'boolean':
      return Array.from(column.values, (value) => (value === 0 ? undefined : value === 2))
  }
}

function texts(column: Pick<StringColumn, 'codes' | 'values'>, repair = wellFormed): unknown[] {
  const repaired = column.values.map((value, code) => (code === 0 ? undefined : repair(value)))
  return Array.from(column.codes, (code) => repaired[code])
}

const PHYSICAL = {
  string: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  array: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  int64: { type: 'INT64' },
  double: { type: 'DOUBLE' },
  boolean: { type: 'BOOLEAN' },
} as const satisfies Record<ColumnType, Partial<SchemaElement>>

function schemaElement(column: FileColumn): SchemaElement {
  return { name: column.name, field_id: column.id, repetition_type: 'OPTIONAL', ...PHYSICAL[column.type] }
}

function columnSource(column: FileColumn): ColumnSource {
  return {
    name: column.name,
    get data() {
      return column.values()
    },
    bloomFilter: BLOOM_FILTERED.has(column.id),
    statistics: column.statistics,
  }
}

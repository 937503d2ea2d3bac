import { zstdCompressSync } from 'node:zlib'
import type { Column, EventBatch, StringColumn } from '@heartwood/event'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, parquetWrite } from 'hyparquet-writer'
import type { PlannedColumn } from '../../src/segments/append/column-plan.ts'
import { wellFormedJson } from '../../src/segments/append/well-formed.ts'
import { OWN_FIELD_IDS, TEXT_FIELD_IDS } from '../../src/segments/manifest/field-catalog.ts'

export type LibraryColumn = SchemaElement & { readonly values: unknown[] }
type NamedColumn = PlannedColumn & { readonly column: string }

/** The file of a segment as a general library writes it: the oracle for the store's own encoder. */
export function encodeByLibrary(batch: EventBatch, columns: readonly NamedColumn[]): Uint8Array {
  const all = libraryColumns(batch, columns)
  const writer = new ByteWriter()
  parquetWrite({
    writer,
    schema: [
      { name: 'event', num_children: all.length },
      ...all.map(({ values: _, ...element }) => ({ ...element, repetition_type: 'OPTIONAL' as const })),
    ],
    columnData: all.map(({ name, values }) => ({ name, data: values })),
    codec: 'ZSTD',
    compressors: { ZSTD: (page) => zstdCompressSync(page) },
    rowGroupSize: 65_536,
  })
  return writer.getBytes()
}

/** Every column of a batch with the value of each row, undefined where there is none. */
export function libraryColumns(batch: EventBatch, columns: readonly NamedColumn[]): LibraryColumn[] {
  return [...ownColumns(batch), ...columns.map(attributeColumn)]
}

function ownColumns(batch: EventBatch): LibraryColumn[] {
  const ids = OWN_FIELD_IDS
  return [
    text(ids.id, 'id', texts(batch.id)),
    int64(ids.timestamp, 'timestamp', Array.from(batch.timestamp)),
    int64(ids.observed_at, 'observed_at', Array.from(batch.observed_at)),
    int64(ids.severity_number, 'severity_number', Array.from(batch.severity_number, BigInt)),
    { field_id: ids.weight, name: 'weight', type: 'DOUBLE', values: Array.from(batch.weight) },
    int64(ids.flags, 'flags', Array.from(batch.flags, BigInt)),
    ...[...batch.text].map(([field, column]) =>
      text(TEXT_FIELD_IDS[field], field, texts(column, field === 'rest' ? wellFormedJson : undefined)),
    ),
  ]
}

function attributeColumn({ id, column, values }: NamedColumn): LibraryColumn {
  switch (values.type) {
    case 'string':
      return text(id, column, texts(values))
    case 'array':
      return text(id, column, texts(values, wellFormedJson))
    case 'int64':
      return int64(id, column, present(values))
    case 'double':
      return { field_id: id, name: column, type: 'DOUBLE', values: present(values) }
    case 'boolean': {
      const marks = Array.from(values.values, (mark) => (mark === 0 ? undefined : mark === 2))
      return { field_id: id, name: column, type: 'BOOLEAN', values: marks }
    }
  }
}

function present(column: Extract<Column, { readonly type: 'int64' | 'double' }>): unknown[] {
  return Array.from(column.present, (there, row) => (there ? column.values[row] : undefined))
}

function text(field_id: number, name: string, values: unknown[]): LibraryColumn {
  return { field_id, name, type: 'BYTE_ARRAY', converted_type: 'UTF8', values }
}

function int64(field_id: number, name: string, values: unknown[]): LibraryColumn {
  return { field_id, name, type: 'INT64', values }
}

function texts(
  { codes, values }: Pick<StringColumn, 'codes' | 'values'>,
  repair = (text: string) => text,
): unknown[] {
  return Array.from(codes, (code) => (code === 0 ? undefined : repair(values.at(code))))
}

import { zstdDecompressSync } from 'node:zlib'
import {
  booleanColumnBuilder,
  type Column,
  type ColumnBuilder,
  type ColumnSet,
  type ColumnType,
  doubleColumnBuilder,
  type EventBatch,
  int64ColumnBuilder,
  type StringColumn,
  stringColumnBuilder,
  TEXT_FIELDS,
  type TypedColumns,
} from '@heartwood/event'
import { type AsyncBuffer, parquetMetadata, parquetScan } from 'hyparquet'
import { type Field, type FieldCatalog, OWN_FIELD_IDS, TEXT_FIELD_IDS } from '../manifest/field-catalog.ts'
import type { FieldArea } from '../manifest/manifest-format.ts'
import type { OpenedSegment } from '../merge/opened-segment.ts'

// A leading U+FEFF is part of the value, which TextDecoder would take for a byte order mark.
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Reads segment files back into one batch, rows in the order of the files: for merging and deleting. */
export class SegmentDecoder {
  readonly #catalog: FieldCatalog
  readonly #columns = new Map<number, GrowingColumn>()
  #length = 0

  constructor(catalog: FieldCatalog) {
    this.#catalog = catalog
  }

  /** Appends the rows of a file. Columns are known by their field id, never by name. */
  async add(bytes: Uint8Array): Promise<void> {
    const buffer = toArrayBuffer(bytes)
    await this.#add(buffer, {
      byteLength: buffer.byteLength,
      slice: (start, end) => buffer.slice(start, end),
    })
  }

  /** Appends the rows of one row group of a segment, or of all. */
  async addFrom(segment: OpenedSegment, group?: number): Promise<void> {
    const { bytes } = segment.info
    const file = {
      byteLength: bytes,
      slice: async (start: number, end = bytes) => toArrayBuffer(await segment.read(start, end)),
    }
    await this.#add(toArrayBuffer(await segment.tail()), file, group)
  }

  async #add(tail: ArrayBuffer, file: AsyncBuffer, group?: number): Promise<void> {
    const metadata = parquetMetadata(tail)
    const scan = await parquetScan({
      file,
      metadata,
      compressors: { ZSTD: (page) => zstdDecompressSync(page) },
      parsers: { stringFromBytes: (value: Uint8Array) => value && utf8.decode(value) },
    })
    const groups = group === undefined ? scan.ranges : scan.ranges.slice(group, group + 1)
    for (const { rowStart, rowEnd } of groups) {
      for (const { field_id, name, type } of metadata.schema) {
        if (field_id === undefined || type === undefined) continue
        const column = this.#column(field_id)
        const values = await scan.readColumn({ column: name, rowStart, rowEnd })
        for (let i = 0; i < values.length; i++) column.set(this.#length + i, values[i])
      }
      this.#length += rowEnd - rowStart
    }
  }

  finish(): EventBatch {
    const length = this.#length
    const text = TEXT_FIELDS.flatMap((field) => {
      const column = this.#columns.get(TEXT_FIELD_IDS[field])
      return column === undefined ? [] : [[field, this.#texts(TEXT_FIELD_IDS[field])] as const]
    })
    return {
      length,
      id: this.#texts(OWN_FIELD_IDS.id),
      timestamp: this.#int64s(OWN_FIELD_IDS.timestamp),
      observed_at: this.#int64s(OWN_FIELD_IDS.observed_at),
      severity_number: Uint8Array.from(this.#int64s(OWN_FIELD_IDS.severity_number), Number),
      weight: this.#doubles(OWN_FIELD_IDS.weight),
      flags: Uint8Array.from(this.#int64s(OWN_FIELD_IDS.flags), Number),
      text: new Map(text),
      attributes: this.#set('attributes'),
      resource: this.#set('resource'),
    }
  }

  #texts(id: number): StringColumn {
    const column = this.#column(id).finish(this.#length)
    if (column.type !== 'string') throw new Error(`the field ${id} is not text`)
    return column
  }

  #int64s(id: number): BigInt64Array {
    const column = this.#column(id).finish(this.#length)
    if (column.type !== 'int64') throw new Error(`the field ${id} is not int64`)
    return column.values
  }

  #doubles(id: number): Float64Array {
    const column = this.#column(id).finish(this.#length)
    if (column.type !== 'double') throw new Error(`the field ${id} is not double`)
    return column.values
  }

  #set(area: FieldArea): ColumnSet {
    const set = new Map<string, TypedColumns>()
    for (const [id, column] of this.#columns) {
      const field = this.#catalog.byId(id)
      if (field?.area !== area) continue
      set.set(field.key, { ...set.get(field.key), [field.type]: column.finish(this.#length) })
    }
    return set
  }

  #column(id: number): GrowingColumn {
    let column = this.#columns.get(id)
    if (column === undefined) {
      column = growingColumn(typeOf(id, this.#catalog.byId(id)))
      this.#columns.set(id, column)
    }
    return column
  }
}

function typeOf(id: number, field: Field | undefined): ColumnType {
  if (field !== undefined) return field.type
  if (id === OWN_FIELD_IDS.weight) return 'double'
  if (id === OWN_FIELD_IDS.id || Object.values(TEXT_FIELD_IDS).includes(id)) return 'string'
  if (Object.values(OWN_FIELD_IDS).some((own) => own === id)) return 'int64'
  throw new Error(`a column with the field id ${id}, which the catalog does not have`)
}

/** A column that takes what a file holds; null and undefined are no value. */
interface GrowingColumn {
  set(row: number, value: unknown): void
  finish(length: number): Column
}

function growingColumn(type: ColumnType): GrowingColumn {
  switch (type) {
    case 'string':
      return growing(stringColumnBuilder(), (value) => typeof value === 'string')
    case 'array': {
      // Stored as the JSON text that the column holds anyway.
      const texts = stringColumnBuilder()
      const column = growing(texts, (value) => typeof value === 'string')
      return { set: column.set, finish: (length) => ({ ...texts.finish(length), type: 'array' }) }
    }
    case 'int64':
      return growing(int64ColumnBuilder(), (value) => typeof value === 'bigint')
    case 'double':
      return growing(doubleColumnBuilder(), (value) => typeof value === 'number')
    case 'boolean':
      return growing(booleanColumnBuilder(), (value) => typeof value === 'boolean')
  }
}

function growing<Value, Built extends Column>(
  builder: ColumnBuilder<Value, Built>,
  is: (value: unknown) => value is Value,
): GrowingColumn {
  return {
    set(row, value) {
      if (value === null || value === undefined) return
      if (!is(value)) throw new Error(`a ${typeof value} in a column of another type`)
      builder.set(row, value)
    },
    finish: (length) => builder.finish(length),
  }
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes
  if (buffer instanceof ArrayBuffer && byteOffset === 0 && byteLength === buffer.byteLength) return buffer
  return new Uint8Array(bytes).buffer
}

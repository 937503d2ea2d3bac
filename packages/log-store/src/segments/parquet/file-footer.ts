import type { Bounds } from './bounds.ts'
import { ByteSink } from './byte-sink.ts'
import { ThriftStruct } from './thrift-struct.ts'

/** Numbers of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
export const PHYSICAL = { boolean: 0, int64: 2, double: 5, text: 6 } as const
const OPTIONAL = 1
const UTF8 = 0
/** How the pages of a chunk are packed. */
export const CODECS = { uncompressed: 0, zstd: 6 } as const
export type Codec = keyof typeof CODECS
/** Version of the format that has RLE_DICTIONARY and the delta encodings. */
const VERSION = 2
export const MAGIC = Buffer.from('PAR1')
/** Says that bounds are what bounds.ts means by them. */
export const CREATED_BY = 'heartwood'

export type PhysicalType = keyof typeof PHYSICAL

export interface FileColumn {
  /** Its permanent field id. */
  readonly id: number
  readonly name: string
  readonly type: PhysicalType
  /** What its numbers mean to other readers: nanoseconds since 1970, UTC. */
  readonly meaning?: 'timestamp'
}

/** A chunk in the file: what the footer says of it. Offsets are from the start of the file, `end` exclusive. */
export interface PlacedChunk {
  readonly start: number
  readonly end: number
  readonly dictionaryAt: number | undefined
  readonly dataAt: number
  readonly codec: Codec
  /** Bytes of its pages with their headers, before compression. */
  readonly uncompressed: number
  /** By their number in the format. */
  readonly encodings: readonly number[]
  readonly rows: number
  readonly nulls: number | undefined
  readonly bounds: Bounds | undefined
  readonly bloomAt: { readonly offset: number; readonly length: number } | undefined
}

export interface PlacedRowGroup {
  readonly rows: number
  /** One for each column of the file, in their order. */
  readonly chunks: readonly PlacedChunk[]
}

export interface FileLayout {
  readonly columns: readonly FileColumn[]
  readonly groups: readonly PlacedRowGroup[]
}

/** The end of a file from the footer on: the footer, its length, the magic. */
export function encodeFooter(layout: FileLayout): Uint8Array {
  const footer = footerOf(layout)
  const end = new ByteSink()
  end.append(footer)
  end.u32(footer.length)
  end.append(MAGIC)
  return end.bytes()
}

function footerOf({ columns, groups }: FileLayout): Uint8Array {
  const root = new ThriftStruct().binary(4, 'event').i32(5, columns.length)
  const rows = groups.reduce((sum, group) => sum + group.rows, 0)
  return new ThriftStruct()
    .i32(1, VERSION)
    .structs(2, [root, ...columns.map(schemaElement)])
    .i64(3, rows)
    .structs(
      4,
      groups.map((group) => rowGroup(columns, group)),
    )
    .binary(6, CREATED_BY)
    .structs(
      7,
      // TypeDefinedOrder: without it readers must not trust bounds.
      columns.map(() => new ThriftStruct().struct(1, new ThriftStruct())),
    )
    .bytes()
}

function schemaElement({ id, name, type, meaning }: FileColumn): ThriftStruct {
  return new ThriftStruct()
    .i32(1, PHYSICAL[type])
    .i32(3, OPTIONAL)
    .binary(4, name)
    .i32(6, type === 'text' ? UTF8 : undefined)
    .i32(9, id)
    .struct(10, meaning === 'timestamp' ? timestampType() : undefined)
}

/**
 * Not said to be UTC, though they are: DuckDB would read them as microseconds then.
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#timestamp
 */
function timestampType(): ThriftStruct {
  const nanos = new ThriftStruct().struct(3, new ThriftStruct())
  return new ThriftStruct().struct(8, new ThriftStruct().boolean(1, false).struct(2, nanos))
}

function rowGroup(columns: readonly FileColumn[], { rows, chunks }: PlacedRowGroup): ThriftStruct {
  const metadata = chunks.map((placed, index) => {
    const column = columns[index]
    if (column === undefined) throw new Error('a row group with more chunks than columns')
    return new ThriftStruct().i64(2, 0).struct(3, columnMetadata(column, placed))
  })
  const sizeOf = (size: (placed: PlacedChunk) => number) =>
    chunks.reduce((sum, placed) => sum + size(placed), 0)
  return new ThriftStruct()
    .structs(1, metadata)
    .i64(
      2,
      sizeOf(({ uncompressed }) => uncompressed),
    )
    .i64(3, rows)
    .i64(5, chunks[0]?.start ?? 0)
    .i64(
      6,
      sizeOf(({ start, end }) => end - start),
    )
}

function columnMetadata({ name, type }: FileColumn, placed: PlacedChunk): ThriftStruct {
  const { start, end, codec, uncompressed, encodings, rows, dataAt, dictionaryAt, bloomAt } = placed
  return new ThriftStruct()
    .i32(1, PHYSICAL[type])
    .i32s(2, encodings)
    .texts(3, [name])
    .i32(4, CODECS[codec])
    .i64(5, rows)
    .i64(6, uncompressed)
    .i64(7, end - start)
    .i64(9, dataAt)
    .i64(11, dictionaryAt)
    .struct(12, statistics(placed))
    .i64(14, bloomAt?.offset)
    .i32(15, bloomAt?.length)
}

function statistics({ nulls, bounds }: PlacedChunk): ThriftStruct {
  return new ThriftStruct()
    .i64(3, nulls)
    .binary(5, bounds?.max)
    .binary(6, bounds?.min)
    .boolean(7, bounds?.maxExact)
    .boolean(8, bounds?.minExact)
}

import type { BloomFilter } from './bloom-filter.ts'
import type { Bounds } from './bounds.ts'
import { ByteSink } from './byte-sink.ts'
import { type ColumnChunk, type DataPage, ENCODING, type Encoding } from './column-chunk.ts'
import { hybrid } from './hybrid.ts'
import { ThriftStruct } from './thrift-struct.ts'
import { zstdPage } from './zstd-page.ts'

/** Numbers of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
const PHYSICAL = { boolean: 0, int64: 2, double: 5, text: 6 } as const
const OPTIONAL = 1
const UTF8 = 0
const ZSTD = 6
const DATA_PAGE = 0
const DICTIONARY_PAGE = 2
/** Version of the format that has RLE_DICTIONARY and the delta encodings. */
const VERSION = 2

export type PhysicalType = keyof typeof PHYSICAL

export interface FileColumn {
  /** Its permanent field id. */
  readonly id: number
  readonly name: string
  readonly type: PhysicalType
}

/** A chunk in the file: what the footer says of it. */
interface PlacedChunk {
  readonly start: number
  readonly end: number
  readonly dictionaryAt: number | undefined
  readonly dataAt: number
  readonly uncompressed: number
  readonly encodings: ReadonlySet<Encoding>
  readonly rows: number
  readonly nulls: number
  readonly bounds: Bounds | undefined
  readonly bloom: BloomFilter | undefined
  /** Where the Bloom filter is, once it is written. */
  bloomAt?: { readonly offset: number; readonly length: number }
}

/**
 * A Parquet file of flat OPTIONAL columns, put together in memory: row groups of column chunks, each a dictionary page
 * or none and data pages (version 1), each page a zstd frame; then the Bloom filters, then the footer.
 * https://parquet.apache.org/docs/file-format/
 */
export class ParquetFile {
  readonly #columns: readonly FileColumn[]
  readonly #parts: Uint8Array[] = []
  readonly #groups: { readonly rows: number; readonly chunks: PlacedChunk[] }[] = []
  #length = 0

  constructor(columns: readonly FileColumn[]) {
    this.#columns = columns
    this.#put(MAGIC)
  }

  /** Adds a row group, a chunk for each column in their order; each is made when its turn comes and then dropped. */
  addRowGroup(rows: number, chunks: Iterable<ColumnChunk>): void {
    const placed: PlacedChunk[] = []
    for (const chunk of chunks) placed.push(this.#putChunk(chunk))
    this.#groups.push({ rows, chunks: placed })
  }

  /** Ends the file and gives all of it. */
  finish(): Uint8Array {
    for (const { chunks } of this.#groups) {
      for (const placed of chunks) {
        const bits = placed.bloom?.bytes()
        if (bits === undefined) continue
        placed.bloomAt = { offset: this.#length, length: bits.length }
        this.#put(bits)
      }
    }
    const footer = this.#footer()
    const end = new ByteSink()
    end.u32(footer.length)
    this.#put(footer)
    this.#put(end.bytes())
    this.#put(MAGIC)
    return Buffer.concat(this.#parts, this.#length)
  }

  #put(bytes: Uint8Array): void {
    this.#parts.push(bytes)
    this.#length += bytes.length
  }

  #putChunk(chunk: ColumnChunk): PlacedChunk {
    const start = this.#length
    let uncompressed = 0
    let dictionaryAt: number | undefined
    if (chunk.dictionary !== undefined) {
      const { count, values } = chunk.dictionary
      dictionaryAt = start
      const header = new ThriftStruct().i32(1, count).i32(2, ENCODING.plain)
      uncompressed += this.#putPage(DICTIONARY_PAGE, 7, header, values)
    }
    const dataAt = this.#length
    const encodings = new Set<Encoding>([ENCODING.rle])
    if (dictionaryAt !== undefined) encodings.add(ENCODING.plain)
    for (const page of chunk.pages) {
      encodings.add(page.encoding)
      const header = new ThriftStruct()
        .i32(1, page.rows)
        .i32(2, page.encoding)
        .i32(3, ENCODING.rle)
        .i32(4, ENCODING.rle)
      uncompressed += this.#putPage(DATA_PAGE, 5, header, pageBody(page))
    }
    const { rows, nulls, bloom } = chunk
    const bounds = chunk.bounds()
    const end = this.#length
    return { start, end, dictionaryAt, dataAt, uncompressed, encodings, rows, nulls, bounds, bloom }
  }

  /** Writes a page and gives its size with the header before compression. */
  #putPage(type: number, headerField: number, header: ThriftStruct, body: Uint8Array): number {
    const compressed = zstdPage(body)
    const pageHeader = new ThriftStruct()
      .i32(1, type)
      .i32(2, body.length)
      .i32(3, compressed.length)
      .struct(headerField, header)
      .bytes()
    this.#put(pageHeader)
    this.#put(compressed)
    return pageHeader.length + body.length
  }

  #footer(): Uint8Array {
    const root = new ThriftStruct().binary(4, 'event').i32(5, this.#columns.length)
    return new ThriftStruct()
      .i32(1, VERSION)
      .structs(2, [root, ...this.#columns.map(schemaElement)])
      .i64(
        3,
        this.#groups.reduce((sum, { rows }) => sum + rows, 0),
      )
      .structs(
        4,
        this.#groups.map(({ rows, chunks }) => this.#rowGroup(rows, chunks)),
      )
      .binary(6, 'heartwood')
      .structs(
        7,
        // TypeDefinedOrder: without it readers must not trust bounds.
        this.#columns.map(() => new ThriftStruct().struct(1, new ThriftStruct())),
      )
      .bytes()
  }

  #rowGroup(rows: number, chunks: readonly PlacedChunk[]): ThriftStruct {
    const metadata = chunks.map((placed, index) => {
      const column = this.#columns[index]
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
}

const MAGIC = Buffer.from('PAR1')

/** Definition levels with their length, then the values. */
function pageBody({ rows, present, values }: DataPage): Uint8Array {
  const levels = present === undefined ? allPresent(rows) : hybrid(present, 1)
  const length = new ByteSink()
  length.u32(levels.length)
  return Buffer.concat([length.bytes(), levels, ...values])
}

function allPresent(rows: number): Uint8Array {
  const levels = new ByteSink()
  levels.varint(rows * 2)
  levels.u8(1)
  return levels.bytes()
}

function schemaElement({ id, name, type }: FileColumn): ThriftStruct {
  return new ThriftStruct()
    .i32(1, PHYSICAL[type])
    .i32(3, OPTIONAL)
    .binary(4, name)
    .i32(6, type === 'text' ? UTF8 : undefined)
    .i32(9, id)
}

function columnMetadata({ name, type }: FileColumn, placed: PlacedChunk): ThriftStruct {
  const { start, end, uncompressed, encodings, rows, dataAt, dictionaryAt, bloomAt } = placed
  return new ThriftStruct()
    .i32(1, PHYSICAL[type])
    .i32s(2, [...encodings])
    .texts(3, [name])
    .i32(4, ZSTD)
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

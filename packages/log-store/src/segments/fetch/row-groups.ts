import { OWN_FIELD_IDS } from '../manifest/field-catalog.ts'
import type { Codec, FileColumn, FileLayout, PhysicalType, PlacedChunk } from '../parquet/file-footer.ts'
import { decodeFooter, FOOTER_TAIL, footerLength } from '../parquet/read-footer.ts'
import type { FileBytes } from './file-bytes.ts'

/** Where the chunk of a column lies in a file. */
export interface ChunkPlace {
  readonly type: PhysicalType
  readonly codec: Codec
  readonly offset: number
  readonly length: number
  /** Its Bloom filter, which DuckDB may read with it. */
  readonly bloom: { readonly offset: number; readonly length: number } | undefined
}

export interface RowGroup {
  /** Number in the file of its first row. */
  readonly firstRow: number
  readonly rows: number
  /** Bounds of the times in it; undefined where the file does not say. */
  readonly times: { readonly min: bigint; readonly max: bigint } | undefined
  /** By field id. */
  readonly chunks: ReadonlyMap<number, ChunkPlace>
}

/** What the footer of most segments fits into. */
const FOOTER_GUESS = 32 * 1024

/** What the footer of a file says. */
export interface FileGroups {
  /** In their order. */
  readonly groups: readonly RowGroup[]
  /** Where the footer begins, which reaches to the end of the file. */
  readonly footerAt: number
}

/** The row groups of a segment, from its footer. Throws for a file that has none. */
export function readRowGroups(file: FileBytes): FileGroups {
  const footer = footerOf(file)
  return { groups: groupsOf(decodeFooter(footer)), footerAt: file.size - FOOTER_TAIL - footer.length }
}

function footerOf(file: FileBytes): Uint8Array {
  const guess = tailOf(file, FOOTER_GUESS)
  const length = footerLength(guess.subarray(-FOOTER_TAIL)) + FOOTER_TAIL
  const tail = length <= guess.length ? guess : tailOf(file, length)
  return tail.subarray(-length, -FOOTER_TAIL)
}

function tailOf(file: FileBytes, length: number): Uint8Array {
  const from = Math.max(0, file.size - length)
  return file.read(from, file.size - from)
}

function groupsOf({ columns, groups }: FileLayout): RowGroup[] {
  let firstRow = 0
  return groups.map(({ rows, chunks }) => {
    const group = { firstRow, rows, times: timesOf(columns, chunks), chunks: placesOf(columns, chunks) }
    firstRow += rows
    return group
  })
}

function placesOf(columns: readonly FileColumn[], chunks: readonly PlacedChunk[]): Map<number, ChunkPlace> {
  const places = new Map<number, ChunkPlace>()
  for (const [index, { codec, start, end, bloomAt }] of chunks.entries()) {
    const column = columns[index]
    if (column === undefined) continue
    places.set(column.id, { type: column.type, codec, offset: start, length: end - start, bloom: bloomAt })
  }
  return places
}

function timesOf(columns: readonly FileColumn[], chunks: readonly PlacedChunk[]): RowGroup['times'] {
  const bounds = chunks[columns.findIndex(({ id }) => id === OWN_FIELD_IDS.timestamp)]?.bounds
  return bounds && { min: int64(bounds.min), max: int64(bounds.max) }
}

function int64(bytes: Uint8Array): bigint {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigInt64(0, true)
}

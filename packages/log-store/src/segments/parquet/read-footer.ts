import type { Bounds } from './bounds.ts'
import {
  CODECS,
  type Codec,
  CREATED_BY,
  type FileColumn,
  type FileLayout,
  MAGIC,
  PHYSICAL,
  type PhysicalType,
  type PlacedChunk,
  type PlacedRowGroup,
} from './file-footer.ts'
import { readThriftStruct, type ThriftFields } from './thrift-reader.ts'

/** Bytes behind the footer: its length and the magic. */
export const FOOTER_TAIL = 8

/** The length of the footer, from the last FOOTER_TAIL bytes of a file. Throws an Error where they are no end of one. */
export function footerLength(tail: Uint8Array): number {
  const end = Buffer.from(tail)
  if (end.length !== FOOTER_TAIL || !end.subarray(4).equals(MAGIC)) {
    throw new Error('a file without the end of a Parquet file')
  }
  return end.readUInt32LE()
}

/**
 * Reads a footer. Nothing that `encodeFooter` wrote is lost; of a footer that another program wrote, the bounds are left
 * out, since they may mean something else. Throws an Error for one of a file that the store could not have.
 */
export function decodeFooter(footer: Uint8Array): FileLayout {
  const file = readThriftStruct(footer)
  const [root, ...elements] = file.structs(2)
  if (root?.integer(5) !== elements.length) throw new Error('a schema that is not flat')
  const columns = elements.map(fileColumn)
  const own = file.optionalText(6) === CREATED_BY
  return { columns, groups: file.structs(4).map((group) => rowGroup(group, columns, own)) }
}

function fileColumn(element: ThriftFields): FileColumn {
  return { id: element.integer(9), name: element.text(4), type: physicalType(element.integer(1)) }
}

function physicalType(code: number): PhysicalType {
  switch (code) {
    case PHYSICAL.boolean:
      return 'boolean'
    case PHYSICAL.int64:
      return 'int64'
    case PHYSICAL.double:
      return 'double'
    case PHYSICAL.text:
      return 'text'
    default:
      throw new Error(`a column of the physical type ${code}`)
  }
}

function rowGroup(group: ThriftFields, columns: readonly FileColumn[], own: boolean): PlacedRowGroup {
  const chunks = group.structs(1).map((chunk) => placedChunk(chunk.struct(3), own))
  if (chunks.length !== columns.length) throw new Error('a row group that lacks a column')
  return { rows: group.integer(3), chunks }
}

function placedChunk(metadata: ThriftFields, own: boolean): PlacedChunk {
  const dataAt = metadata.integer(9)
  const dictionaryAt = metadata.optionalInteger(11)
  const start = dictionaryAt ?? dataAt
  const statistics = metadata.optionalStruct(12)
  const offset = metadata.optionalInteger(14)
  return {
    start,
    end: start + metadata.integer(7),
    dictionaryAt,
    dataAt,
    codec: codecOf(metadata.integer(4)),
    uncompressed: metadata.integer(6),
    encodings: metadata.integers(2),
    rows: metadata.integer(5),
    nulls: statistics?.optionalInteger(3),
    bounds: own && statistics !== undefined ? boundsOf(statistics) : undefined,
    bloomAt: offset === undefined ? undefined : { offset, length: metadata.integer(15) },
  }
}

function codecOf(code: number): Codec {
  switch (code) {
    case CODECS.uncompressed:
      return 'uncompressed'
    case CODECS.zstd:
      return 'zstd'
    default:
      throw new Error(`a chunk of the codec ${code}`)
  }
}

function boundsOf(statistics: ThriftFields): Bounds | undefined {
  const max = statistics.optionalBytes(5)
  const min = statistics.optionalBytes(6)
  if (max === undefined || min === undefined) return undefined
  const maxExact = statistics.optionalBoolean(7) ?? false
  const minExact = statistics.optionalBoolean(8) ?? false
  return { min, max, minExact, maxExact }
}

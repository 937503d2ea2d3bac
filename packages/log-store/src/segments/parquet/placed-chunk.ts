import { ByteSink } from './byte-sink.ts'
import { type ColumnChunk, type DataPage, ENCODING } from './column-chunk.ts'
import type { Codec, PlacedChunk } from './file-footer.ts'
import { hybrid } from './hybrid.ts'
import { ThriftStruct } from './thrift-struct.ts'
import { zstdPage } from './zstd-page.ts'

const DATA_PAGE = 0
const DICTIONARY_PAGE = 2

/**
 * Packs the pages of a chunk (a dictionary page or none, then data pages of version 1) and hands their bytes to
 * `put`, to follow each other from the offset `start` of a file. Gives what the footer says of it.
 */
export function placeChunk(
  chunk: ColumnChunk,
  codec: Codec,
  start: number,
  put: (bytes: Uint8Array) => void,
): PlacedChunk {
  let end = start
  let uncompressed = 0
  const putPage = (header: ThriftStruct, headerField: number, type: number, body: readonly Uint8Array[]) => {
    const packed = codec === 'zstd' ? [zstdPage(body)] : body
    const size = sizeOf(body)
    const packedSize = sizeOf(packed)
    const pageHeader = new ThriftStruct()
      .i32(1, type)
      .i32(2, size)
      .i32(3, packedSize)
      .struct(headerField, header)
      .bytes()
    put(pageHeader)
    for (const part of packed) put(part)
    end += pageHeader.length + packedSize
    uncompressed += pageHeader.length + size
  }
  const encodings = new Set<number>([ENCODING.rle])
  const { rows, nulls, dictionary, pages } = chunk
  if (dictionary !== undefined) {
    encodings.add(ENCODING.plain)
    const header = new ThriftStruct().i32(1, dictionary.count).i32(2, ENCODING.plain)
    putPage(header, 7, DICTIONARY_PAGE, [dictionary.values])
  }
  const dataAt = end
  for (const page of pages) {
    encodings.add(page.encoding)
    const header = new ThriftStruct()
      .i32(1, page.rows)
      .i32(2, page.encoding)
      .i32(3, ENCODING.rle)
      .i32(4, ENCODING.rle)
    putPage(header, 5, DATA_PAGE, pageBody(page))
  }
  return {
    start,
    end,
    dictionaryAt: dictionary === undefined ? undefined : start,
    dataAt,
    codec,
    uncompressed,
    encodings: [...encodings],
    rows,
    nulls,
    bounds: chunk.bounds(),
    bloomAt: undefined,
  }
}

function sizeOf(parts: readonly Uint8Array[]): number {
  let size = 0
  for (const part of parts) size += part.length
  return size
}

/** Definition levels with their length, then the values. */
function pageBody({ rows, present, values }: DataPage): Uint8Array[] {
  const levels = present === undefined ? allPresent(rows) : hybrid(present, 1)
  const length = new ByteSink()
  length.u32(levels.length)
  return [length.bytes(), levels, ...values]
}

function allPresent(rows: number): Uint8Array {
  const levels = new ByteSink()
  levels.varint(rows * 2)
  levels.u8(1)
  return levels.bytes()
}

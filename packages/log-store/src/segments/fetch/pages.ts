import { zstdDecompressSync } from 'node:zlib'
import { ENCODING } from '../parquet/column-chunk.ts'
import type { Codec } from '../parquet/file-footer.ts'
import { readThriftStructAt } from '../parquet/thrift-reader.ts'
import { storedContent } from '../parquet/zstd-page.ts'
import type { FileBytes } from './file-bytes.ts'
import type { ChunkPlace } from './row-groups.ts'

/** A page of a column chunk: where its bytes lie, and what they hold. */
export interface PagePlace {
  readonly codec: Codec
  readonly offset: number
  readonly length: number
  /** Bytes of its content. */
  readonly unpacked: number
  /** Rows of a data page, values of a dictionary. */
  readonly count: number
  readonly encoding: number
}

export interface ChunkPages {
  readonly dictionary: PagePlace | undefined
  /** In the order of the rows. */
  readonly data: readonly PagePlace[]
}

/** Numbers of https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
const DATA_PAGE = 0
const DICTIONARY_PAGE = 2

/** More than the header of a page has. */
const HEADER_BYTES = 64

/** Finds the pages of a chunk by walking their headers. */
export function findPages(file: FileBytes, chunk: ChunkPlace): ChunkPages {
  let dictionary: PagePlace | undefined
  const data: PagePlace[] = []
  const chunkEnd = chunk.offset + chunk.length
  for (let at = chunk.offset; at < chunkEnd; ) {
    const bytes = file.peek(at, Math.min(HEADER_BYTES, chunkEnd - at))
    const { fields: header, end } = readThriftStructAt(bytes, 0)
    const type = header.integer(1)
    const length = header.integer(3)
    const place = { codec: chunk.codec, offset: at + end, length, unpacked: header.integer(2) }
    switch (type) {
      case DICTIONARY_PAGE:
        dictionary = { ...place, count: header.struct(7).integer(1), encoding: ENCODING.plain }
        break
      case DATA_PAGE: {
        const page = header.struct(5)
        data.push({ ...place, count: page.integer(1), encoding: page.integer(2) })
        break
      }
      default:
        throw new Error(`a page of the type ${type}`)
    }
    at += end + length
  }
  return { dictionary, data }
}

/** Room behind the content: where the output is full to the last byte, zlib asks for as much again. */
const ROOM = 64

/**
 * The content of a page. Throws where it is not what was written: every page has a checksum, but for those of live
 * segments, which are not compressed.
 */
export function unpackPage(file: FileBytes, page: PagePlace): Uint8Array {
  const content = contentOf(file, page)
  if (content.length !== page.unpacked) {
    throw new Error(`a page of ${content.length} bytes that should have ${page.unpacked}`)
  }
  return content
}

function contentOf(file: FileBytes, { codec, offset, length, unpacked }: PagePlace): Uint8Array {
  if (codec !== 'zstd') return file.read(offset, length)
  const frame = file.peek(offset, length)
  return storedContent(frame) ?? zstdDecompressSync(frame, { chunkSize: unpacked + ROOM })
}

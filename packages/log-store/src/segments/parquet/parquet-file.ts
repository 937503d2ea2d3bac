import type { BloomFilter } from './bloom-filter.ts'
import type { ColumnChunk } from './column-chunk.ts'
import { type Codec, encodeFooter, type FileColumn, MAGIC, type PlacedChunk } from './file-footer.ts'
import { placeChunk } from './placed-chunk.ts'

/** A chunk whose Bloom filter is not written yet. */
interface UnfilteredChunk {
  readonly placed: PlacedChunk
  readonly bloom: BloomFilter | undefined
}

/**
 * A Parquet file of flat OPTIONAL columns, put together in memory: row groups of column chunks, each a dictionary page
 * or none and data pages (version 1), each page a zstd frame or as it is; then the Bloom filters, then the footer.
 * https://parquet.apache.org/docs/file-format/
 */
export class ParquetFile {
  readonly #columns: readonly FileColumn[]
  readonly #codec: Codec
  readonly #parts: Uint8Array[] = []
  readonly #groups: { readonly rows: number; readonly chunks: readonly UnfilteredChunk[] }[] = []
  #length = 0

  constructor(columns: readonly FileColumn[], codec: Codec = 'zstd') {
    this.#columns = columns
    this.#codec = codec
    this.#put(MAGIC)
  }

  /**
   * Adds a row group, a chunk for each column in their order; each is made when its turn comes and then dropped. What it is
   * made in is used again for the next, of whatever file: so it is made and packed without a pause.
   */
  async addRowGroup(rows: number, chunks: AsyncIterable<() => ColumnChunk>): Promise<void> {
    const placed: UnfilteredChunk[] = []
    const put = (bytes: Uint8Array) => this.#put(bytes)
    for await (const make of chunks) {
      const chunk = make()
      placed.push({ placed: placeChunk(chunk, this.#codec, this.#length, put), bloom: chunk.bloom })
    }
    this.#groups.push({ rows, chunks: placed })
  }

  /** What was put since this was last called: so a file is written that is larger than memory. */
  take(): Uint8Array {
    const bytes = Buffer.concat(this.#parts)
    this.#parts.length = 0
    return bytes
  }

  /** Ends the file and gives all of it that was not taken. */
  finish(): Uint8Array {
    const groups = this.#groups.map(({ rows, chunks }) => ({
      rows,
      chunks: chunks.map((chunk) => this.#putBloom(chunk)),
    }))
    this.#put(encodeFooter({ columns: this.#columns, groups }))
    return this.take()
  }

  #put(bytes: Uint8Array): void {
    this.#parts.push(bytes)
    this.#length += bytes.length
  }

  #putBloom({ placed, bloom }: UnfilteredChunk): PlacedChunk {
    const bits = bloom?.bytes()
    if (bits === undefined) return placed
    const bloomAt = { offset: this.#length, length: bits.length }
    this.#put(bits)
    return { ...placed, bloomAt }
  }
}

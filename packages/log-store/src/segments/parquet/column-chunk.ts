import type { BloomFilter } from './bloom-filter.ts'
import type { Bounds } from './bounds.ts'

/** Encodings by their number in the format. https://github.com/apache/parquet-format/blob/master/Encodings.md */
export const ENCODING = {
  plain: 0,
  rle: 3,
  delta_binary_packed: 5,
  delta_length_byte_array: 6,
  delta_byte_array: 7,
  rle_dictionary: 8,
  byte_stream_split: 9,
} as const
export type Encoding = (typeof ENCODING)[keyof typeof ENCODING]

/** Some rows of one column. */
export interface DataPage {
  readonly rows: number
  /** 1 where the row has a value, 0 where not; undefined when all have. */
  readonly present: Uint8Array | undefined
  readonly encoding: Encoding
  /** The values that are there, as `encoding` says, in parts that follow each other. */
  readonly values: readonly Uint8Array[]
}

/** One column of one row group, before compression. */
export interface ColumnChunk {
  readonly rows: number
  readonly nulls: number
  /** The distinct values, PLAIN. */
  readonly dictionary?: { readonly count: number; readonly values: Uint8Array }
  /** Made one at a time, to be taken once. */
  readonly pages: Iterable<DataPage>
  /**
   * To be asked for after the pages. Undefined where the column has no value, or an order that readers may see
   * differently.
   */
  readonly bounds: () => Bounds | undefined
  readonly bloom?: BloomFilter | undefined
}

import type { TextValues } from '@heartwood/event'
import { int64Bounds } from './bounds.ts'
import { type ColumnChunk, type DataPage, ENCODING } from './column-chunk.ts'
import { dictionaryIndices } from './dictionary-indices.ts'
import { halvesOf, presenceIn } from './number-chunk.ts'
import { type Presence, presenceOf } from './presence.ts'

/**
 * Chunks that are made as fast as can be, to be read for some seconds only: numbers as they lie in memory, texts copied
 * from the batch, its dictionary where it has a short one. No bounds but those of integers, no filters.
 */

/** The format has one page for a dictionary, which a reader unpacks for any row. */
const MAX_DICTIONARY_BYTES = 1 << 20
const LENGTH_BYTES = 4
const LOOPED_BYTES = 48
/** A reader reads the whole page for one of its rows. */
const PAGE_ROWS = 8192

/** A column of 64-bit integers. */
export function plainInt64Chunk(values: BigInt64Array, marks: Uint8Array | undefined): ColumnChunk {
  const presence = presenceIn(values.length, marks)
  const halves = halvesOf(values, presence)
  return plainChunk(presence, [bytesOf(halves)], () => int64Bounds(halves))
}

/** A column of doubles. */
export function plainDoubleChunk(values: Float64Array, marks: Uint8Array | undefined): ColumnChunk {
  const presence = presenceIn(values.length, marks)
  return plainChunk(presence, [bytesOf(halvesOf(values, presence))], () => undefined)
}

/** A column of text, whose values are well-formed UTF-8. */
export function plainTextChunk(codes: Uint32Array, values: TextValues): ColumnChunk {
  const presence = presenceOf(codes)
  const { rows, present } = presence
  const nulls = rows - presence.values
  const bounds = () => undefined
  const dictionary = shortDictionary(values, presence.values)
  if (dictionary === undefined) return { rows, nulls, pages: textPages(codes, presence, values), bounds }
  const page = {
    rows,
    present,
    encoding: ENCODING.rle_dictionary,
    values: dictionaryIndices(indicesOf(codes, presence.values), dictionary.count),
  }
  return { rows, nulls, dictionary, pages: [page], bounds }
}

function plainChunk(
  { rows, values: count, present }: Presence,
  values: readonly Uint8Array[],
  bounds: ColumnChunk['bounds'],
): ColumnChunk {
  return {
    rows,
    nulls: rows - count,
    pages: [{ rows, present, encoding: ENCODING.plain, values }],
    bounds,
  }
}

/** All values of the batch, if they are far fewer than the rows. */
function shortDictionary(values: TextValues, rows: number): ColumnChunk['dictionary'] {
  const count = values.length - 1
  if (rows === 0 || count * 2 > rows) return undefined
  const codes = Uint32Array.from({ length: count }, (_, index) => index + 1)
  const page = plainTexts(codes, values)
  return page.length > MAX_DICTIONARY_BYTES ? undefined : { count, values: page }
}

/** Of each row that has a value, the place of the value in a dictionary of all of them. */
function indicesOf(codes: Uint32Array, count: number): Uint32Array {
  const indices = new Uint32Array(count)
  let at = 0
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    if (code !== 0) indices[at++] = code - 1
  }
  return indices
}

function* textPages(
  codes: Uint32Array,
  { rows, present }: Presence,
  values: TextValues,
): Generator<DataPage> {
  for (let from = 0; from < rows; from += PAGE_ROWS) {
    const to = Math.min(rows, from + PAGE_ROWS)
    yield {
      rows: to - from,
      present: present?.subarray(from, to),
      encoding: ENCODING.plain,
      values: [plainTexts(codes.subarray(from, to), values)],
    }
  }
}

/**
 * The texts of all codes but 0, PLAIN: each after its length.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#plain-plain--0
 */
function plainTexts(codes: Uint32Array, values: TextValues): Uint8Array {
  const { bytes, starts, lengths } = values.utf8()
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let size = 0
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0
    if (code !== 0) size += LENGTH_BYTES + (lengths[code] ?? 0)
  }
  const page = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0
    if (code === 0) continue
    const start = starts[code] ?? 0
    const length = lengths[code] ?? 0
    page[at] = length
    page[at + 1] = length >>> 8
    page[at + 2] = length >>> 16
    page[at + 3] = length >>> 24
    at += LENGTH_BYTES
    // A call takes as long as so many bytes of a loop.
    if (length > LOOPED_BYTES) source.copy(page, at, start, start + length)
    else for (let byte = 0; byte < length; byte++) page[at + byte] = source[start + byte] ?? 0
    at += length
  }
  return page
}

function bytesOf(halves: Uint32Array): Uint8Array {
  return new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength)
}

import type { TextValues, Utf8Values } from '@heartwood/event'
import { BloomFilter } from './bloom-filter.ts'
import { TextBounds } from './bounds.ts'
import { type ColumnChunk, type DataPage, ENCODING } from './column-chunk.ts'
import { deltaBinaryPacked32 } from './delta-binary.ts'
import { dictionaryIndices } from './dictionary-indices.ts'
import { type Presence, presenceOf } from './presence.ts'
import { Scratch } from './scratch.ts'
import { TextBytes } from './text-bytes.ts'

/**
 * Bytes after which a page ends. A reader unpacks a page to get at one of its rows; smaller ones take more room, 0.9 % here
 * against pages four times as large.
 */
const PAGE_BYTES = 1 << 16
/** A dictionary is one page, which a reader unpacks for any row of the chunk. */
const MAX_DICTIONARY_LENGTH = 1 << 20
/** A column of text as the batch has it. */
export interface TextColumn {
  readonly codes: Uint32Array
  readonly values: TextValues
  /** Whether it is looked up by equality and sorted by nothing. */
  readonly bloom: boolean
}

/** A row group of a text column: a dictionary where values come back often enough, the texts one by one otherwise. */
export function textChunk(column: TextColumn, from: number, to: number): ColumnChunk {
  const codes = column.codes.subarray(from, to)
  const values = column.values.utf8()
  const presence = presenceOf(codes)
  const { rows, present } = presence
  const nulls = rows - presence.values
  const found = distinctCodes(codes, column.values.length, presence.values, column.bloom)
  const bloom = column.bloom && found.count > 0 ? new BloomFilter(found.count) : undefined
  const bounds = new TextBounds(values.bytes)
  const { dictionary: distinct } = found
  if (distinct === undefined || !fitsPage(values, distinct.codes)) {
    const pages = textPages(values, codes, presence, { bounds, bloom })
    return { rows, nulls, pages, bounds: () => bounds.finish(), bloom }
  }
  const dictionary = dictionaryOf(values, distinct.codes, bounds, bloom)
  const page = {
    rows,
    present,
    encoding: ENCODING.rle_dictionary,
    values: dictionaryIndices(distinct.indices, distinct.codes.length),
  }
  return { rows, nulls, dictionary, pages: [page], bounds: () => bounds.finish(), bloom }
}

/** Of this thread; what is found in them is encoded before a chunk is given. */
const scratch = { places: new Scratch(), indices: new Scratch(), distinct: new Scratch() }

interface DistinctCodes {
  /** How many there are; at least so many as were found, where there are too many for a dictionary. */
  readonly count: number
  /** The codes in the order of their first occurrence, and for each value which of them it is. */
  readonly dictionary: { readonly codes: Uint32Array; readonly indices: Uint32Array } | undefined
}

/**
 * The codes that these rows have.
 * @param size codes of the column
 * @param values of these rows
 * @param all counts all codes, also where there are too many for a dictionary to pay off
 */
function distinctCodes(codes: Uint32Array, size: number, values: number, all: boolean): DistinctCodes {
  const most = Math.floor(values / 2)
  /** Of each code its index here plus one, 0 where no row has had it. */
  const places = scratch.places.words(size).fill(0)
  const indices = scratch.indices.words(values)
  const distinct = scratch.distinct.words(most)
  let count = 0
  let at = 0
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    if (code === 0) continue
    let place = places[code] ?? 0
    if (place === 0) {
      // Past the end nothing is written.
      distinct[count++] = code
      if (count > most && !all) break
      place = count
      places[code] = place
    }
    indices[at++] = place - 1
  }
  const pays = count > 0 && count <= most
  return { count, dictionary: pays ? { codes: distinct.subarray(0, count), indices } : undefined }
}

function fitsPage({ lengths }: Utf8Values, codes: Uint32Array): boolean {
  let length = 0
  for (const code of codes) length += lengths[code] ?? 0
  return length <= MAX_DICTIONARY_LENGTH
}

/** https://github.com/apache/parquet-format/blob/master/Encodings.md#plain-plain--0: each text after its length. */
function dictionaryOf(
  values: Utf8Values,
  codes: Uint32Array,
  bounds: TextBounds,
  bloom: BloomFilter | undefined,
): { count: number; values: Uint8Array } {
  const sink = new TextBytes(values, { gap: true })
  for (const code of codes) {
    const start = values.starts[code] ?? 0
    const length = values.lengths[code] ?? 0
    bounds.add(start, length)
    bloom?.add(values.bytes, start, start + length)
    sink.add(code)
  }
  return { count: codes.length, values: sink.bytes() }
}

function* textPages(
  values: Utf8Values,
  codes: Uint32Array,
  { rows, present }: Presence,
  { bounds, bloom }: { readonly bounds: TextBounds; readonly bloom: BloomFilter | undefined },
): Generator<DataPage> {
  const sink = new TextBytes(values, { gap: false })
  for (let start = 0; start < rows; ) {
    let end = start
    for (; end < rows && sink.length < PAGE_BYTES; end++) {
      const code = codes[end] ?? 0
      if (code === 0) continue
      bounds.add(values.starts[code] ?? 0, values.lengths[code] ?? 0)
      sink.add(code)
    }
    if (bloom !== undefined) addAll(bloom, sink)
    yield { rows: end - start, present: present?.subarray(start, end), ...pageValues(sink) }
    sink.clear()
    start = end
  }
}

/**
 * DELTA_LENGTH_BYTE_ARRAY: all lengths, then all bytes.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-length-byte-array-delta_length_byte_array--6
 */
function pageValues(sink: TextBytes): Pick<DataPage, 'encoding' | 'values'> {
  const lengths = sink.lengths()
  if (lengths.length === 0) return { encoding: ENCODING.plain, values: [] }
  const values = [deltaBinaryPacked32(lengths), sink.bytes()]
  return { encoding: ENCODING.delta_length_byte_array, values }
}

function addAll(bloom: BloomFilter, sink: TextBytes): void {
  const bytes = sink.bytes()
  let at = 0
  for (const length of sink.lengths()) {
    bloom.add(bytes, at, at + length)
    at += length
  }
}

import type { TextValues } from '@heartwood/event'
import { BloomFilter } from './bloom-filter.ts'
import { TextBounds } from './bounds.ts'
import { type ColumnChunk, type DataPage, ENCODING } from './column-chunk.ts'
import { deltaBinaryPacked32 } from './delta-binary.ts'
import { dictionaryIndices } from './dictionary-indices.ts'
import { type Presence, presenceOf } from './presence.ts'
import { TextBytes } from './text-bytes.ts'

/** Bytes after which a page ends. A reader unpacks a page to get at one of its rows. */
const PAGE_BYTES = 1 << 20
/** A dictionary is one page, which a reader unpacks for any row of the chunk. */
const MAX_DICTIONARY_LENGTH = 1 << 20
/** Texts that are looked at together, few enough to stay in the caches of the processor meanwhile. */
const AT_ONCE = 512
const LENGTH_AT_ONCE = 1 << 16

/** A column of text as the batch has it. */
export interface TextColumn {
  readonly codes: Uint32Array
  readonly values: TextValues
  /** What a value needs beyond being well-formed, which is seen to in any case. */
  readonly repair: ((value: string) => string) | undefined
  /** Whether it is looked up by equality and sorted by nothing. */
  readonly bloom: boolean
}

/** A row group of a text column: a dictionary where values come back often enough, the texts one by one otherwise. */
export function textChunk(column: TextColumn, from: number, to: number): ColumnChunk {
  const codes = column.codes.subarray(from, to)
  const presence = presenceOf(codes)
  const { indices, distinct } = distinctCodes(column, codes, presence.values)
  const { rows, present } = presence
  const nulls = rows - presence.values
  const bloom = column.bloom && distinct.length > 0 ? new BloomFilter(distinct.length) : undefined
  const bounds = new TextBounds()
  if (!paysOff(column, distinct, indices.length)) {
    const pages = textPages(column, codes, presence, bounds, bloom)
    return { rows, nulls, pages, bounds: () => bounds.finish(), bloom }
  }
  const dictionary = dictionaryOf(column, distinct, bounds, bloom)
  const values = dictionaryIndices(indices, distinct.length)
  const page = { rows, present, encoding: ENCODING.rle_dictionary, values }
  return { rows, nulls, dictionary, pages: [page], bounds: () => bounds.finish(), bloom }
}

/** The codes that these rows have, in the order of their first occurrence, and for each value which of them it is. */
function distinctCodes(
  { values }: TextColumn,
  codes: Uint32Array,
  count: number,
): { indices: Uint32Array; distinct: Uint32Array } {
  /** Of each code of the batch its index here plus one, 0 where no row has had it. */
  const places = new Uint32Array(values.length)
  const indices = new Uint32Array(count)
  const distinct = new Uint32Array(Math.min(count, values.length))
  let size = 0
  let at = 0
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    if (code === 0) continue
    let place = places[code] ?? 0
    if (place === 0) {
      distinct[size++] = code
      place = size
      places[code] = place
    }
    indices[at++] = place - 1
  }
  return { indices, distinct: distinct.subarray(0, size) }
}

function paysOff({ values }: TextColumn, distinct: Uint32Array, count: number): boolean {
  if (distinct.length === 0 || distinct.length * 2 > count) return false
  let length = 0
  for (const code of distinct) length += values.at(code).length
  return length <= MAX_DICTIONARY_LENGTH
}

/** https://github.com/apache/parquet-format/blob/master/Encodings.md#plain-plain--0: each text after its length. */
function dictionaryOf(
  column: TextColumn,
  distinct: Uint32Array,
  bounds: TextBounds,
  bloom: BloomFilter | undefined,
): { count: number; values: Uint8Array } {
  const sink = new TextBytes({ gap: true })
  for (let at = 0; at < distinct.length; ) {
    const { texts, next } = textsFrom(column, distinct, at)
    bounds.add(sink.add(texts))
    at = next
  }
  const bytes = sink.bytes()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  for (const length of sink.lengths()) {
    view.setUint32(at, length, true)
    at += 4
    bloom?.add(bytes, at, at + length)
    at += length
  }
  return { count: distinct.length, values: bytes }
}

/** The next texts from `from` on, and where the ones after them begin. */
function textsFrom(
  { values, repair }: TextColumn,
  codes: Uint32Array,
  from: number,
): { texts: string[]; next: number } {
  const texts: string[] = []
  let length = 0
  let next = from
  for (; next < codes.length && texts.length < AT_ONCE && length < LENGTH_AT_ONCE; next++) {
    const code = codes[next] ?? 0
    if (code === 0) continue
    const value = values.at(code)
    const text = repair === undefined ? value : repair(value)
    texts.push(text)
    length += text.length
  }
  return { texts, next }
}

function* textPages(
  column: TextColumn,
  codes: Uint32Array,
  { rows, present }: Presence,
  bounds: TextBounds,
  bloom: BloomFilter | undefined,
): Generator<DataPage> {
  const sink = new TextBytes({ gap: false })
  for (let start = 0; start < rows; ) {
    let end = start
    while (end < rows && sink.length < PAGE_BYTES) {
      const { texts, next } = textsFrom(column, codes, end)
      bounds.add(sink.add(texts))
      end = next
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

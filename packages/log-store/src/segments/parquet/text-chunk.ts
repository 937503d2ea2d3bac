import { BloomFilter } from './bloom-filter.ts'
import { textBounds } from './bounds.ts'
import { type ColumnChunk, type DataPage, ENCODING } from './column-chunk.ts'
import { dictionaryIndices } from './dictionary-indices.ts'
import { type Presence, presenceOf } from './presence.ts'
import { deltaLengthTexts, plainTexts } from './text-bytes.ts'

/** Characters after which a page ends. A reader unpacks a page to get at one of its rows. */
const PAGE_LENGTH = 1 << 20
/** A dictionary is one page, which a reader unpacks for any row of the chunk. */
const MAX_DICTIONARY_LENGTH = 1 << 20

/** A column of text as the batch has it. */
export interface TextColumn {
  readonly codes: Uint32Array
  readonly values: readonly string[]
  /** Makes a value well-formed. */
  readonly repair: (value: string) => string
  /** Whether it is looked up by equality and sorted by nothing. */
  readonly bloom: boolean
}

/** A row group of a text column: a dictionary where values come back often enough, the texts one by one otherwise. */
export function textChunk(column: TextColumn, from: number, to: number): ColumnChunk {
  const codes = column.codes.subarray(from, to)
  const presence = presenceOf(codes)
  const { indices, distinct } = distinctTexts(column, codes, presence.values)
  const { rows, present } = presence
  const chunk = { rows, nulls: rows - presence.values, bounds: textBounds(distinct) }
  const bloom = column.bloom && distinct.length > 0 ? new BloomFilter(distinct.length) : undefined
  if (!paysOff(distinct, indices.length)) {
    return { ...chunk, pages: textPages(presence, indices, distinct, bloom), bloom }
  }
  const { bytes, lengths } = plainTexts(distinct)
  if (bloom !== undefined) addAll(bloom, bytes, lengths, 4)
  const values = dictionaryIndices(indices, distinct.length)
  return {
    ...chunk,
    dictionary: { count: distinct.length, values: bytes },
    pages: [{ rows, present, encoding: ENCODING.rle_dictionary, values }],
    bloom,
  }
}

/** The values that rows of this stretch have, well-formed, and for each value that is there which of them it is. */
function distinctTexts(
  { values, repair }: TextColumn,
  codes: Uint32Array,
  count: number,
): { indices: Uint32Array; distinct: string[] } {
  /** Of each code of the batch its index here plus one, 0 where no row has had it. */
  const places = new Uint32Array(values.length)
  const indices = new Uint32Array(count)
  const distinct: string[] = []
  let at = 0
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    if (code === 0) continue
    let place = places[code] ?? 0
    if (place === 0) {
      place = distinct.push(repair(values[code] ?? ''))
      places[code] = place
    }
    indices[at++] = place - 1
  }
  return { indices, distinct }
}

function paysOff(distinct: readonly string[], count: number): boolean {
  if (distinct.length === 0 || distinct.length * 2 > count) return false
  let length = 0
  for (const text of distinct) length += text.length
  return length <= MAX_DICTIONARY_LENGTH
}

function textPages(
  { rows, present }: Presence,
  indices: Uint32Array,
  distinct: readonly string[],
  bloom: BloomFilter | undefined,
): DataPage[] {
  const pages: DataPage[] = []
  let texts: string[] = []
  let length = 0
  let value = 0
  let start = 0
  const close = (end: number) => {
    const part = present?.subarray(start, end)
    pages.push(textPage(texts, end - start, part, bloom))
    texts = []
    length = 0
    start = end
  }
  for (let row = 0; row < rows; row++) {
    if (present !== undefined && present[row] === 0) continue
    const text = distinct[indices[value++] ?? 0] ?? ''
    if (texts.length > 0 && length + text.length > PAGE_LENGTH) close(row)
    texts.push(text)
    length += text.length
  }
  close(rows)
  return pages
}

function textPage(
  texts: readonly string[],
  rows: number,
  present: Uint8Array | undefined,
  bloom: BloomFilter | undefined,
): DataPage {
  if (texts.length === 0) return { rows, present, encoding: ENCODING.plain, values: new Uint8Array(0) }
  const { encoded, bytes, lengths } = deltaLengthTexts(texts)
  if (bloom !== undefined) addAll(bloom, bytes, lengths, 0)
  return { rows, present, encoding: ENCODING.delta_length_byte_array, values: encoded }
}

/** Adds texts that lie one after the other, `gap` bytes before each. */
function addAll(bloom: BloomFilter, bytes: Uint8Array, lengths: Uint32Array, gap: number): void {
  let at = 0
  for (const length of lengths) {
    at += gap
    bloom.add(bytes, at, at + length)
    at += length
  }
}

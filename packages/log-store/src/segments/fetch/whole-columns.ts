import {
  type BooleanColumn,
  type DoubleColumn,
  type Int64Column,
  type StringColumn,
  utf8Values,
} from '@heartwood/event'
import { ENCODING } from '../parquet/column-chunk.ts'
import { ByteReader } from './byte-reader.ts'
import { readDeltas, readTextStarts } from './delta-values.ts'
import { readHybrid } from './hybrid-runs.ts'
import { type PresenceMap, readPresence } from './presence-map.ts'

/** A data page, unpacked. */
export interface UnpackedPage {
  readonly bytes: Uint8Array
  readonly rows: number
  readonly encoding: number
}

/** The pages of a column in one row group, unpacked, in the order of the rows. */
export interface UnpackedChunk {
  readonly rows: number
  readonly dictionary: { readonly bytes: Uint8Array; readonly count: number } | undefined
  readonly pages: readonly UnpackedPage[]
}

/** What stands behind the levels of a page, and where its rows begin. */
interface PageContent {
  readonly reader: ByteReader
  readonly presence: PresenceMap
  readonly encoding: number
  readonly firstRow: number
  readonly rows: number
}

function* contentsOf({ pages }: UnpackedChunk): Generator<PageContent> {
  let firstRow = 0
  for (const { bytes, rows, encoding } of pages) {
    const reader = new ByteReader(bytes)
    yield { reader, presence: readPresence(reader, rows), encoding, firstRow, rows }
    firstRow += rows
  }
}

/**
 * A whole column of text as a batch has it: of a dictionary the codes are its indices, counted from 1, otherwise every
 * text has a code of its own. Throws, as all of these, for a page that is cut or has an encoding that segments do not have.
 */
export function wholeTexts(chunk: UnpackedChunk): StringColumn {
  const codes = new Uint32Array(chunk.rows)
  const parts: TextPart[] = []
  let known = 0
  if (chunk.dictionary !== undefined) {
    const { bytes, count } = chunk.dictionary
    parts.push(plainTexts(new ByteReader(bytes), count))
    known = count
  }
  for (const { reader, presence, encoding, firstRow, rows } of contentsOf(chunk)) {
    if (presence.values === 0) continue
    if (encoding === ENCODING.rle_dictionary) {
      const indices = readHybrid(reader, reader.u8(), presence.values).unpacked()
      if (presence.values === rows)
        for (let row = 0; row < rows; row++) codes[firstRow + row] = (indices[row] ?? 0) + 1
      else
        for (let row = 0, at = 0; row < rows; row++)
          if (presence.has(row)) codes[firstRow + row] = (indices[at++] ?? 0) + 1
      continue
    }
    parts.push(textsOf(reader, encoding, presence.values))
    if (presence.values === rows) for (let row = 0; row < rows; row++) codes[firstRow + row] = ++known
    else for (let row = 0; row < rows; row++) if (presence.has(row)) codes[firstRow + row] = ++known
  }
  return { type: 'string', codes, values: utf8Values(joined(parts, known)) }
}

/** Texts that lie in some bytes. */
interface TextPart {
  readonly bytes: Uint8Array
  readonly starts: Uint32Array
  readonly lengths: Uint32Array
}

function textsOf(reader: ByteReader, encoding: number, count: number): TextPart {
  switch (encoding) {
    case ENCODING.plain:
      return plainTexts(reader, count)
    case ENCODING.delta_length_byte_array: {
      const starts = readTextStarts(reader)
      const lengths = new Uint32Array(count)
      for (let at = 0; at < count; at++) lengths[at] = (starts[at + 1] ?? 0) - (starts[at] ?? 0)
      return { bytes: reader.bytes, starts: starts.subarray(0, count), lengths }
    }
    default:
      throw new Error(`a page of texts with the encoding ${encoding}`)
  }
}

function plainTexts(reader: ByteReader, count: number): TextPart {
  const starts = new Uint32Array(count)
  const lengths = new Uint32Array(count)
  for (let at = 0; at < count; at++) {
    const length = reader.u32()
    lengths[at] = length
    starts[at] = reader.skip(length)
  }
  return { bytes: reader.bytes, starts, lengths }
}

/** All texts behind each other, the first with the code 1. */
function joined(parts: readonly TextPart[], count: number): TextPart {
  const [only] = parts
  const bytes = parts.length === 1 && only ? only.bytes : Buffer.concat(parts.map((part) => part.bytes))
  const starts = new Uint32Array(count + 1)
  const lengths = new Uint32Array(count + 1)
  let code = 1
  let base = 0
  for (const part of parts) {
    for (let at = 0; at < part.starts.length; at++) starts[code + at] = base + (part.starts[at] ?? 0)
    lengths.set(part.lengths, code)
    code += part.starts.length
    base += part.bytes.length
  }
  return { bytes, starts, lengths }
}

/** Integers of 64 bits by row; 0 where a row has none. */
export function wholeInt64s(chunk: UnpackedChunk): Int64Column {
  const { present, bits } = eightByteValues(chunk, (reader, encoding, count) => {
    if (encoding === ENCODING.delta_binary_packed) return halvesOf(readDeltas(reader))
    if (encoding === ENCODING.plain) return plainEights(reader, count)
    throw new Error(`a page of integers with the encoding ${encoding}`)
  })
  return { type: 'int64', present, values: new BigInt64Array(bits.buffer) }
}

/** Of integers by row the lowest byte, which is all there is of small ones; 0 where a row has none. */
export function wholeBytes(chunk: UnpackedChunk): Uint8Array {
  if (
    chunk.dictionary === undefined ||
    chunk.pages.some(({ encoding }) => encoding !== ENCODING.rle_dictionary)
  )
    return lowBytes(new Uint32Array(wholeInt64s(chunk).values.buffer))
  const dictionary = lowBytes(plainEights(new ByteReader(chunk.dictionary.bytes), chunk.dictionary.count))
  const bytes = new Uint8Array(chunk.rows)
  for (const { reader, presence, firstRow, rows } of contentsOf(chunk)) {
    if (presence.values === 0) continue
    const indices = readHybrid(reader, reader.u8(), presence.values).unpacked()
    if (presence.values === rows)
      for (let row = 0; row < rows; row++) bytes[firstRow + row] = dictionary[indices[row] ?? 0] ?? 0
    else
      for (let row = 0, at = 0; row < rows; row++)
        if (presence.has(row)) bytes[firstRow + row] = dictionary[indices[at++] ?? 0] ?? 0
  }
  return bytes
}

function lowBytes(halves: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(halves.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = halves[at * 2] ?? 0
  return bytes
}

/** Doubles by row; 0 where a row has none. */
export function wholeDoubles(chunk: UnpackedChunk): DoubleColumn {
  const { present, bits } = eightByteValues(chunk, (reader, encoding, count) => {
    if (encoding === ENCODING.byte_stream_split) return splitEights(reader, count)
    if (encoding === ENCODING.plain) return plainEights(reader, count)
    throw new Error(`a page of doubles with the encoding ${encoding}`)
  })
  return { type: 'double', present, values: new Float64Array(bits.buffer) }
}

/** Values of eight bytes by row, as the halves of each: which rows have one, and its bits. */
function eightByteValues(
  chunk: UnpackedChunk,
  read: (reader: ByteReader, encoding: number, count: number) => Uint32Array,
): { readonly present: Uint8Array; readonly bits: Uint32Array } {
  const present = new Uint8Array(chunk.rows)
  let bits: Uint32Array | undefined
  const dictionary =
    chunk.dictionary && plainEights(new ByteReader(chunk.dictionary.bytes), chunk.dictionary.count)
  for (const { reader, presence, encoding, firstRow, rows } of contentsOf(chunk)) {
    const count = presence.values
    if (count === 0) continue
    const values =
      encoding === ENCODING.rle_dictionary
        ? looked(dictionary, readHybrid(reader, reader.u8(), count).unpacked())
        : read(reader, encoding, count)
    // One page with a value in every row, as times mostly are, is the column as it is.
    if (chunk.pages.length === 1 && count === chunk.rows && values.length === count * 2)
      return { present: present.fill(1), bits: values }
    bits ??= new Uint32Array(chunk.rows * 2)
    if (count === rows) {
      present.fill(1, firstRow, firstRow + rows)
      bits.set(values.subarray(0, rows * 2), firstRow * 2)
      continue
    }
    for (let row = 0, at = 0; row < rows; row++) {
      if (!presence.has(row)) continue
      present[firstRow + row] = 1
      bits[(firstRow + row) * 2] = values[at] ?? 0
      bits[(firstRow + row) * 2 + 1] = values[at + 1] ?? 0
      at += 2
    }
  }
  return { present, bits: bits ?? new Uint32Array(chunk.rows * 2) }
}

function looked(dictionary: Uint32Array | undefined, indices: Uint32Array): Uint32Array {
  if (dictionary === undefined) throw new Error('a page of a dictionary that is not there')
  const values = new Uint32Array(indices.length * 2)
  for (let at = 0; at < indices.length; at++) {
    const from = (indices[at] ?? 0) * 2
    values[at * 2] = dictionary[from] ?? 0
    values[at * 2 + 1] = dictionary[from + 1] ?? 0
  }
  return values
}

function plainEights(reader: ByteReader, count: number): Uint32Array {
  const from = reader.skip(count * 8)
  // Copied, since the values may lie anywhere in the page.
  return new Uint32Array(new Uint8Array(reader.bytes.subarray(from, from + count * 8)).buffer)
}

function splitEights(reader: ByteReader, count: number): Uint32Array {
  const { bytes } = reader
  const from = reader.skip(count * 8)
  const values = new Uint8Array(count * 8)
  for (let plane = 0; plane < 8; plane++)
    for (let at = 0; at < count; at++) values[at * 8 + plane] = bytes[from + plane * count + at] ?? 0
  return new Uint32Array(values.buffer)
}

function halvesOf(values: BigInt64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
}

/** 0 no value, 1 false, 2 true. */
export function wholeBooleans(chunk: UnpackedChunk): BooleanColumn {
  const values = new Uint8Array(chunk.rows)
  for (const { reader, presence, encoding, firstRow, rows } of contentsOf(chunk)) {
    if (presence.values === 0) continue
    if (encoding !== ENCODING.plain) throw new Error(`a page of booleans with the encoding ${encoding}`)
    const from = reader.skip(Math.ceil(presence.values / 8))
    for (let row = 0, at = 0; row < rows; row++) {
      if (!presence.has(row)) continue
      values[firstRow + row] = 1 + (((reader.bytes[from + (at >> 3)] ?? 0) >> (at & 7)) & 1)
      at++
    }
  }
  return { type: 'boolean', values }
}

import { type Bounds, doubleBounds, int64Bounds } from './bounds.ts'
import { type ColumnChunk, ENCODING, type Encoding } from './column-chunk.ts'
import { deltaBinaryPacked64 } from './delta-binary.ts'
import { dictionaryIndices } from './dictionary-indices.ts'
import { dictionary64 } from './dictionary64.ts'
import { type Presence, presenceOf } from './presence.ts'

/** A column of 64-bit integers: a dictionary where few are distinct, differences otherwise. */
export function int64Chunk(values: BigInt64Array, marks: Uint8Array | undefined): ColumnChunk {
  const presence = presenceIn(values.length, marks)
  const halves = halvesOf(values, presence)
  return numberChunk(
    presence,
    halves,
    () => int64Bounds(halves),
    ENCODING.delta_binary_packed,
    deltaBinaryPacked64,
  )
}

/** A column of doubles: a dictionary where few are distinct, the planes of their bytes otherwise. */
export function doubleChunk(values: Float64Array, marks: Uint8Array | undefined): ColumnChunk {
  const presence = presenceIn(values.length, marks)
  const halves = halvesOf(values, presence)
  const there = new Float64Array(halves.buffer, halves.byteOffset, halves.length / 2)
  return numberChunk(presence, halves, () => doubleBounds(there), ENCODING.byte_stream_split, byteStreamSplit)
}

/** A column of truth values: 0 none, 1 false, 2 true. */
export function booleanChunk(marks: Uint8Array): ColumnChunk {
  const { rows, values: count, present } = presenceOf(marks)
  const bits = new Uint8Array(Math.ceil(count / 8))
  let trues = 0
  let at = 0
  for (let row = 0; row < rows; row++) {
    const mark = marks[row] ?? 0
    if (mark === 0) continue
    if (mark === 2) {
      bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7))
      trues++
    }
    at++
  }
  const min = Uint8Array.of(trues === count ? 1 : 0)
  const max = Uint8Array.of(trues === 0 ? 0 : 1)
  return {
    rows,
    nulls: rows - count,
    pages: [{ rows, present, encoding: ENCODING.plain, values: [bits] }],
    bounds: () => (count === 0 ? undefined : { min, max, minExact: true, maxExact: true }),
  }
}

/** Which rows have a value; without marks, all. */
export function presenceIn(rows: number, marks: Uint8Array | undefined): Presence {
  return marks === undefined ? { rows, values: rows, present: undefined } : presenceOf(marks)
}

/** The values that are there, as pairs of halves: what a 64-bit array holds on a little-endian machine. */
export function halvesOf(values: BigInt64Array | Float64Array, presence: Presence): Uint32Array {
  const all = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  const { present } = presence
  if (present === undefined) return all
  const there = new Uint32Array(presence.values * 2)
  let at = 0
  for (let row = 0; row < present.length; row++) {
    if (present[row] === 0) continue
    there[at++] = all[row * 2] ?? 0
    there[at++] = all[row * 2 + 1] ?? 0
  }
  return there
}

function numberChunk(
  { rows, values: count, present }: Presence,
  halves: Uint32Array,
  bounds: () => Bounds | undefined,
  encoding: Encoding,
  encode: (halves: Uint32Array) => Uint8Array,
): ColumnChunk {
  const nulls = rows - count
  const dictionary = dictionary64(halves)
  if (dictionary !== undefined && count > 0) {
    const { distinct, indices } = dictionary
    const size = distinct.length / 2
    const values = dictionaryIndices(indices, size)
    return {
      rows,
      nulls,
      dictionary: { count: size, values: bytesOf(distinct) },
      pages: [{ rows, present, encoding: ENCODING.rle_dictionary, values }],
      bounds,
    }
  }
  const page = count === 0 ? { encoding: ENCODING.plain, values: [] } : { encoding, values: [encode(halves)] }
  return { rows, nulls, pages: [{ rows, present, ...page }], bounds }
}

/** https://github.com/apache/parquet-format/blob/master/Encodings.md#byte-stream-split-byte_stream_split--9 */
function byteStreamSplit(halves: Uint32Array): Uint8Array {
  const bytes = bytesOf(halves)
  const count = bytes.length / 8
  const split = new Uint8Array(bytes.length)
  for (let plane = 0; plane < 8; plane++) {
    for (let i = 0; i < count; i++) split[plane * count + i] = bytes[i * 8 + plane] ?? 0
  }
  return split
}

function bytesOf(halves: Uint32Array): Uint8Array {
  return new Uint8Array(halves.buffer, halves.byteOffset, halves.byteLength)
}

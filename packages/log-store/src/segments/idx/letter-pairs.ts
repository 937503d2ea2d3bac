import { ByteSink } from '../parquet/byte-sink.ts'
import { PartReader } from './part-reader.ts'

/**
 * Which two letters follow each other in the words of a column: what tells that no trace id and no path holds `payment`
 * without reading them. Letters are what words are made of in ASCII: digits, letters in lower case and `_`.
 */

/** Where pairs are collected: a mark at the code of a letter, and of the one before it (0 for none) times 128. */
export const PAIR_SHIFT = 7
/** The mark of a column with a character beyond ASCII, of which no pairs are told: some fold to letters within it. */
export const BEYOND_ASCII = 0

export function newPairs(): Uint8Array {
  return new Uint8Array(1 << (2 * PAIR_SHIFT))
}

const LETTERS = '0123456789_abcdefghijklmnopqrstuvwxyz'
const PAIR_BYTES = Math.ceil(LETTERS.length ** 2 / 8)
/** Of each code its place among the letters, or -1. */
const PLACES = Int8Array.from({ length: 128 }, (_, code) => LETTERS.indexOf(String.fromCharCode(code)))

/**
 * By field id the pairs of a column, a bit for each, or undefined where they are not told. A column that is not there has no
 * value.
 */
export type ColumnPairs = ReadonlyMap<number, Uint8Array | undefined>

/** Pairs as they were collected, as bits; undefined where none are told. */
export function packedPairs(marks: Uint8Array): Uint8Array | undefined {
  if (marks[BEYOND_ASCII] === 1) return undefined
  const bits = new Uint8Array(PAIR_BYTES)
  for (let first = 0; first < LETTERS.length; first++)
    for (let second = 0; second < LETTERS.length; second++) {
      const mark = (LETTERS.charCodeAt(first) << PAIR_SHIFT) | LETTERS.charCodeAt(second)
      const bit = first * LETTERS.length + second
      if (marks[mark] === 1) bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7))
    }
  return bits
}

/** Varints: how many columns; then for each its field id, whether its pairs are told, and these. */
export function encodePairs(columns: ColumnPairs): Uint8Array {
  const sink = new ByteSink()
  sink.varint(columns.size)
  for (const [id, pairs] of columns) {
    sink.varint(id)
    sink.u8(pairs === undefined ? 0 : 1)
    if (pairs !== undefined) sink.append(pairs)
  }
  return sink.bytes()
}

/** Throws RangeError where the bytes are no pairs. */
export function decodePairs(bytes: Uint8Array): ColumnPairs {
  const reader = new PartReader(bytes, 'pairs')
  const columns = new Map<number, Uint8Array | undefined>()
  for (let left = reader.varint(); left > 0; left--) {
    const id = reader.varint()
    columns.set(id, reader.byte() === 0 ? undefined : new Uint8Array(reader.take(PAIR_BYTES)))
  }
  reader.end()
  return columns
}

/** The pairs of several row groups. */
export function joinedPairs(all: readonly ColumnPairs[]): ColumnPairs {
  const joined = new Map<number, Uint8Array | undefined>()
  for (const columns of all)
    for (const [id, pairs] of columns) {
      const before = joined.get(id)
      if (!joined.has(id)) joined.set(id, pairs)
      else joined.set(id, pairs && before?.map((byte, at) => byte | (pairs[at] ?? 0)))
    }
  return joined
}

/** Whether some value of a column can hold a folded text, in any case. */
export function canHoldText(columns: ColumnPairs | undefined, id: number, text: string): boolean {
  if (columns === undefined) return true
  if (!columns.has(id)) return false
  const pairs = columns.get(id)
  if (pairs === undefined) return true
  for (let at = 1; at < text.length; at++) {
    const first = PLACES[text.charCodeAt(at - 1)] ?? -1
    const second = PLACES[text.charCodeAt(at)] ?? -1
    if (first < 0 || second < 0) continue
    const bit = first * LETTERS.length + second
    if (((pairs[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
  }
  return true
}

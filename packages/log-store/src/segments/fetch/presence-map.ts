import type { ByteReader } from './byte-reader.ts'

/** Rows between two entries of the table of ranks. */
const STRIDE = 256

/** Which rows of a page have a value, and the how manieth value it is. */
export interface PresenceMap {
  /** How many rows have one. */
  readonly values: number
  has(row: number): boolean
  /** The index of the row's value among the values, or -1. */
  place(row: number): number
  /** Memory it takes. */
  readonly bytes: number
}

/**
 * Reads the definition levels of a flat OPTIONAL column: their length, then 0 or 1 for each row as runs or bit-packed.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#run-length-encoding--bit-packing-hybrid-rle--3
 */
export function readPresence(reader: ByteReader, rows: number): PresenceMap {
  const length = reader.u32()
  const end = reader.at + length
  const bits = new Uint8Array((rows >> 3) + 2)
  let row = 0
  let absent = false
  while (row < rows && reader.at < end) {
    const header = reader.varint()
    if ((header & 1) === 1) {
      const groups = header >>> 1
      const from = reader.skip(groups)
      copyBits(bits, row, reader.bytes.subarray(from, from + groups))
      absent = true
      row += groups * 8
    } else {
      const count = Math.min(header >>> 1, rows - row)
      if (reader.u8() === 1) setBits(bits, row, row + count)
      else absent = true
      row += count
    }
  }
  if (row < rows) throw new Error('a page has fewer levels than rows')
  reader.at = end
  return absent ? ranked(bits, rows) : { values: rows, has: () => true, place: (asked) => asked, bytes: 0 }
}

function setBits(bits: Uint8Array, from: number, to: number): void {
  let row = from
  for (; row < to && (row & 7) !== 0; row++) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7))
  const whole = row + ((to - row) & ~7)
  bits.fill(0xff, row >> 3, whole >> 3)
  for (row = whole; row < to; row++) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7))
}

function copyBits(bits: Uint8Array, from: number, packed: Uint8Array): void {
  const shift = from & 7
  let at = from >> 3
  if (shift === 0) {
    bits.set(packed.subarray(0, bits.length - at), at)
    return
  }
  for (const byte of packed) {
    if (at >= bits.length) return
    bits[at] = (bits[at] ?? 0) | (byte << shift)
    at++
    if (at < bits.length) bits[at] = byte >> (8 - shift)
  }
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let ones = 0
  for (let bits = byte; bits > 0; bits >>= 1) ones += bits & 1
  return ones
})

function ranked(bits: Uint8Array, rows: number): PresenceMap {
  const ranks = new Uint32Array(Math.floor(rows / STRIDE) + 1)
  const before = (row: number): number => {
    const entry = Math.floor(row / STRIDE)
    let rank = ranks[entry] ?? 0
    const byte = row >> 3
    for (let at = (entry * STRIDE) >> 3; at < byte; at++) rank += ONES[bits[at] ?? 0] ?? 0
    return rank + (ONES[(bits[byte] ?? 0) & ((1 << (row & 7)) - 1)] ?? 0)
  }
  for (let entry = 1; entry < ranks.length; entry++) {
    let rank = ranks[entry - 1] ?? 0
    for (let at = ((entry - 1) * STRIDE) >> 3; at < (entry * STRIDE) >> 3; at++)
      rank += ONES[bits[at] ?? 0] ?? 0
    ranks[entry] = rank
  }
  const has = (row: number) => (((bits[row >> 3] ?? 0) >> (row & 7)) & 1) === 1
  return {
    values: before(rows),
    has,
    place: (row) => (has(row) ? before(row) : -1),
    bytes: bits.length + ranks.byteLength,
  }
}

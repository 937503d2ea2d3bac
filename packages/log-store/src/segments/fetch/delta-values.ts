import type { ByteReader } from './byte-reader.ts'

/** The start of DELTA_BINARY_PACKED values, which stand in blocks of miniblocks. */
interface DeltaHeader {
  readonly miniblocks: number
  /** Values of a miniblock. */
  readonly size: number
  readonly count: number
}

function readHeader(reader: ByteReader): DeltaHeader {
  const block = reader.varint()
  const miniblocks = reader.varint()
  return { miniblocks, size: block / miniblocks, count: reader.varint() }
}

/**
 * Unpacks DELTA_BINARY_PACKED integers of 64 bits from where the reader stands, and leaves it behind them. Differences
 * wrap around at 64 bits.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-encoding-delta_binary_packed--5
 */
export function readDeltas(reader: ByteReader): BigInt64Array {
  const { miniblocks, size, count } = readHeader(reader)
  const { bytes } = reader
  const halves = new Uint32Array(count * 2)
  let { low, high } = reader.zigzag64()
  if (count > 0) {
    halves[0] = low
    halves[1] = high
  }
  for (let index = 1; index < count; ) {
    const min = reader.zigzag64()
    const widths = reader.skip(miniblocks)
    for (let miniblock = 0; miniblock < miniblocks && index < count; miniblock++) {
      const width = bytes[widths + miniblock] ?? 0
      const packed = reader.skip((size / 8) * width)
      const end = Math.min(index + size, count)
      const lowWidth = Math.min(width, 32)
      for (let bit = 0; index < end; index++, bit += width) {
        const sum = low + min.low + bitsAt(bytes, packed, bit, lowWidth)
        const carry = sum >= 0x2_0000_0000 ? 2 : sum >= 0x1_0000_0000 ? 1 : 0
        low = sum >>> 0
        high = (high + min.high + carry) | 0
        if (width > 32) high = (high + bitsAt(bytes, packed, bit + 32, width - 32)) | 0
        halves[index * 2] = low
        halves[index * 2 + 1] = high
      }
    }
  }
  return new BigInt64Array(halves.buffer)
}

/**
 * The lengths of DELTA_LENGTH_BYTE_ARRAY: gives where each text begins, and as one more where the last one ends, and
 * leaves the reader behind the texts.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-length-byte-array-delta_length_byte_array--6
 */
export function readTextStarts(reader: ByteReader): Uint32Array {
  const { miniblocks, size, count } = readHeader(reader)
  const { bytes } = reader
  /** First the lengths, which are far below 2^31. */
  const starts = new Uint32Array(count + 1)
  let length = reader.zigzag64().low | 0
  if (count > 0) starts[0] = length
  for (let index = 1; index < count; ) {
    const min = reader.zigzag64().low | 0
    const widths = reader.skip(miniblocks)
    for (let miniblock = 0; miniblock < miniblocks && index < count; miniblock++) {
      const width = bytes[widths + miniblock] ?? 0
      const packed = reader.skip((size / 8) * width)
      const end = Math.min(index + size, count)
      for (let bit = 0; index < end; index++, bit += width) {
        length = (length + min + bitsAt(bytes, packed, bit, width)) | 0
        starts[index] = length
      }
    }
  }
  let at = reader.at
  for (let index = 0; index <= count; index++) {
    const here = starts[index] ?? 0
    starts[index] = at
    at += here
  }
  reader.skip(at - reader.at)
  return starts
}

/** Up to 32 bits from a bit on. */
function bitsAt(bytes: Uint8Array, from: number, bit: number, width: number): number {
  if (width === 0) return 0
  const at = from + (bit >>> 3)
  const shift = bit & 7
  const word =
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  const low = word >>> shift
  if (width === 32) return (shift === 0 ? low : low | ((bytes[at + 4] ?? 0) << (32 - shift))) >>> 0
  const bits = shift + width > 32 ? low | ((bytes[at + 4] ?? 0) << (32 - shift)) : low
  return (bits & ((1 << width) - 1)) >>> 0
}

import type { ByteReader } from './byte-reader.ts'

/** Integers of the RLE / bit-packed hybrid, each to be had without unpacking those before it. */
export interface HybridRuns {
  at(index: number): number
  /** All of them. */
  unpacked(): Uint32Array
  readonly bytes: number
}

/**
 * Finds the runs of `count` integers of `width` bits (at most 24) from where the reader stands.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#run-length-encoding--bit-packing-hybrid-rle--3
 */
export function readHybrid(reader: ByteReader, width: number, count: number): HybridRuns {
  /** Of each run its first index, and where it is packed, or its value as -1 - value. */
  const starts: number[] = []
  const places: number[] = []
  let index = 0
  while (index < count) {
    const header = reader.varint()
    starts.push(index)
    if ((header & 1) === 1) {
      const groups = header >>> 1
      places.push(reader.skip(groups * width))
      index += groups * 8
    } else {
      let value = 0
      for (let shift = 0; shift < width; shift += 8) value |= reader.u8() << shift
      places.push(-1 - value)
      index += header >>> 1
    }
  }
  const runs = Uint32Array.from(starts)
  const where = Int32Array.from(places)
  const { bytes } = reader
  const packedAt = (place: number, bit: number) => {
    const from = place + (bit >> 3)
    const word =
      (bytes[from] ?? 0) |
      ((bytes[from + 1] ?? 0) << 8) |
      ((bytes[from + 2] ?? 0) << 16) |
      ((bytes[from + 3] ?? 0) << 24)
    return (word >>> (bit & 7)) & ((1 << width) - 1)
  }
  return {
    at(asked) {
      const run = lastAtOrBelow(runs, asked)
      const place = where[run] ?? -1
      return place < 0 ? -1 - place : packedAt(place, (asked - (runs[run] ?? 0)) * width)
    },
    unpacked() {
      const values = new Uint32Array(count)
      for (let run = 0; run < runs.length; run++) {
        const place = where[run] ?? -1
        const from = runs[run] ?? 0
        const to = Math.min(runs[run + 1] ?? count, count)
        if (place < 0) values.fill(-1 - place, from, to)
        else unpackInto(values, from, to, bytes, place, width)
      }
      return values
    },
    bytes: runs.byteLength + where.byteLength,
  }
}

/** Integers of `width` bits that stand behind each other from `place` on: they come in eights. */
function unpackInto(
  values: Uint32Array,
  from: number,
  to: number,
  bytes: Uint8Array,
  place: number,
  width: number,
): void {
  const mask = (1 << width) - 1
  let next = place
  let held = 0
  let bits = 0
  for (let at = from; at < to; at++) {
    // Never more than 31 bits, as the widest are of 24.
    while (bits < width) {
      held |= (bytes[next++] ?? 0) << bits
      bits += 8
    }
    values[at] = held & mask
    held >>>= width
    bits -= width
  }
}

function lastAtOrBelow(ascending: Uint32Array, value: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((ascending[middle] ?? 0) <= value) low = middle
    else high = middle - 1
  }
  return low
}

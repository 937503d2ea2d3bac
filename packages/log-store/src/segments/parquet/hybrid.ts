import { ByteSink } from './byte-sink.ts'

/** Values that are equal this many times in a row are a run; bit-packed values come in groups of as many. */
const GROUP = 8

/** Bits that hold every integer from 0 to `max`, at least 1. */
export function bitWidth(max: number): number {
  return Math.max(1, 32 - Math.clz32(max))
}

/**
 * The RLE / bit-packed hybrid of Parquet for integers of at most 24 bits.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#run-length-encoding--bit-packing-hybrid-rle--3
 */
export function hybrid(values: Uint8Array | Uint16Array | Uint32Array, width: number): Uint8Array {
  const sink = new ByteSink()
  const { length } = values
  let at = 0
  /** Where the values begin that wait to be bit-packed, always whole groups. */
  let packFrom = 0
  while (at < length) {
    const value = values[at] ?? 0
    let end = at + 1
    while (end < length && values[end] === value) end++
    if (end - at < GROUP) {
      at += GROUP
      continue
    }
    pack(sink, values, packFrom, at, width)
    sink.varint((end - at) * 2)
    for (let shift = 0; shift < width; shift += 8) sink.u8(value >>> shift)
    at = end
    packFrom = end
  }
  pack(sink, values, packFrom, length, width)
  return sink.bytes()
}

/** Bit-packs a stretch as one run, the last group filled up with zeros. */
function pack(
  sink: ByteSink,
  values: Uint8Array | Uint16Array | Uint32Array,
  from: number,
  to: number,
  width: number,
): void {
  if (from >= to) return
  const groups = Math.ceil((to - from) / GROUP)
  sink.varint(groups * 2 + 1)
  const packed = sink.room(groups * width)
  if (width === 8) {
    packed.set(values.subarray(from, to))
    return
  }
  let at = 0
  let bits = 0
  let held = 0
  for (let i = from; i < to; i++) {
    bits |= (values[i] ?? 0) << held
    held += width
    while (held >= 8) {
      packed[at++] = bits
      bits >>>= 8
      held -= 8
    }
  }
  if (held > 0) packed[at] = bits
}

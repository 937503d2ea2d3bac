import { ByteSink } from './byte-sink.ts'

const BLOCK = 128
const MINIBLOCKS = 4
const MINIBLOCK = BLOCK / MINIBLOCKS

/**
 * DELTA_BINARY_PACKED of 64-bit integers, given as little-endian pairs of halves (low, high): BigInts would cost an
 * allocation each. Differences wrap around at 64 bits, as the format wants it.
 * https://github.com/apache/parquet-format/blob/master/Encodings.md#delta-encoding-delta_binary_packed--5
 */
export function deltaBinaryPacked64(halves: Uint32Array): Uint8Array {
  const count = halves.length / 2
  const sink = startOf(count)
  sink.zigzag64((halves[1] ?? 0) | 0, halves[0] ?? 0)
  const low = new Uint32Array(BLOCK)
  const high = new Uint32Array(BLOCK)
  for (let start = 1; start < count; start += BLOCK) {
    const size = Math.min(BLOCK, count - start)
    let minHigh = 0
    let minLow = 0
    for (let i = 0; i < size; i++) {
      const at = (start + i) * 2
      const before = halves[at - 2] ?? 0
      const now = halves[at] ?? 0
      const lo = (now - before) >>> 0
      const hi = ((halves[at + 1] ?? 0) - (halves[at - 1] ?? 0) - (now < before ? 1 : 0)) | 0
      low[i] = lo
      high[i] = hi
      if (i === 0 || hi < minHigh || (hi === minHigh && lo < minLow)) {
        minHigh = hi
        minLow = lo
      }
    }
    for (let i = 0; i < size; i++) {
      const lo = low[i] ?? 0
      low[i] = lo - minLow
      high[i] = (high[i] ?? 0) - minHigh - (lo < minLow ? 1 : 0)
    }
    sink.zigzag64(minHigh, minLow)
    packBlock(sink, low, high, size)
  }
  return sink.bytes()
}

/** The same for integers from 0 to 2^31 - 1, as a column of type INT32. */
export function deltaBinaryPacked32(values: Uint32Array): Uint8Array {
  const count = values.length
  const sink = startOf(count)
  const first = values[0] ?? 0
  sink.zigzag64(0, first)
  const low = new Uint32Array(BLOCK)
  const high = new Uint32Array(BLOCK)
  for (let start = 1; start < count; start += BLOCK) {
    const size = Math.min(BLOCK, count - start)
    let min = 0
    for (let i = 0; i < size; i++) {
      const delta = (values[start + i] ?? 0) - (values[start + i - 1] ?? 0)
      if (i === 0 || delta < min) min = delta
    }
    for (let i = 0; i < size; i++) {
      low[i] = (values[start + i] ?? 0) - (values[start + i - 1] ?? 0) - min
    }
    sink.zigzag64(min >> 31, min)
    packBlock(sink, low, high, size)
  }
  return sink.bytes()
}

function startOf(count: number): ByteSink {
  const sink = new ByteSink()
  sink.varint(BLOCK)
  sink.varint(MINIBLOCKS)
  sink.varint(count)
  return sink
}

/** The widths of all miniblocks, then the values of those that have any; the last one is filled up with zeros. */
function packBlock(sink: ByteSink, low: Uint32Array, high: Uint32Array, size: number): void {
  low.fill(0, size)
  high.fill(0, size)
  const widths = sink.room(MINIBLOCKS)
  const used = [0, 0, 0, 0]
  for (let miniblock = 0; miniblock * MINIBLOCK < size; miniblock++) {
    let anyLow = 0
    let anyHigh = 0
    for (let i = miniblock * MINIBLOCK; i < (miniblock + 1) * MINIBLOCK; i++) {
      anyLow |= low[i] ?? 0
      anyHigh |= high[i] ?? 0
    }
    const width = anyHigh === 0 ? 32 - Math.clz32(anyLow) : 64 - Math.clz32(anyHigh)
    widths[miniblock] = width
    used[miniblock] = width
  }
  for (const [miniblock, width] of used.entries()) {
    if (width > 0) packMiniblock(sink.room((MINIBLOCK / 8) * width), low, high, miniblock * MINIBLOCK, width)
  }
}

function packMiniblock(
  packed: Uint8Array,
  low: Uint32Array,
  high: Uint32Array,
  from: number,
  width: number,
): void {
  let at = 0
  let bits = 0
  let held = 0
  for (let i = from; i < from + MINIBLOCK; i++) {
    // Sixteen bits at a time, so that what is held fits into 32.
    for (let shift = 0; shift < width; shift += 16) {
      const half = shift < 32 ? (low[i] ?? 0) : (high[i] ?? 0)
      const wide = Math.min(16, width - shift)
      bits |= ((half >>> (shift & 31)) & ((1 << wide) - 1)) << held
      held += wide
      while (held >= 8) {
        packed[at++] = bits
        bits >>>= 8
        held -= 8
      }
    }
  }
}

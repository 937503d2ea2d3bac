import type { Nanos } from '@heartwood/event'

/**
 * Times as distances from one of them, in nanoseconds; undefined where a double does not hold one exactly: farther than 104
 * days. Doubles are calculated with many times faster than the big integers that a time would be.
 */
export function timeOffsets(times: BigInt64Array, base: Nanos): Float64Array | undefined {
  // As little-endian halves, since each BigInt would be an allocation.
  const halves = new Int32Array(times.buffer, times.byteOffset, times.length * 2)
  const high = Number(base >> 32n)
  const low = Number(base & 0xffff_ffffn)
  const offsets = new Float64Array(times.length)
  for (let at = 0; at < times.length; at++) {
    const offset = ((halves[at * 2 + 1] ?? 0) - high) * 0x1_0000_0000 + (((halves[at * 2] ?? 0) >>> 0) - low)
    if (Math.abs(offset) > Number.MAX_SAFE_INTEGER) return undefined
    offsets[at] = offset
  }
  return offsets
}

/** The least and the greatest of some times, one at least. */
export function timeBounds(times: BigInt64Array): { min: Nanos; max: Nanos } {
  const base = times[0] ?? 0n
  const offsets = timeOffsets(times, base)
  if (offsets === undefined) return exactBounds(times)
  let min = 0
  let max = 0
  for (let at = 0; at < offsets.length; at++) {
    const offset = offsets[at] ?? 0
    if (offset < min) min = offset
    if (offset > max) max = offset
  }
  return { min: base + BigInt(min), max: base + BigInt(max) }
}

function exactBounds(times: BigInt64Array): { min: Nanos; max: Nanos } {
  let min = times[0] ?? 0n
  let max = min
  for (const time of times) {
    if (time < min) min = time
    if (time > max) max = time
  }
  return { min, max }
}

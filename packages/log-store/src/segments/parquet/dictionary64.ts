const MAX_DISTINCT = 16_384

/** Distinct 64-bit values and, for each value, which of them it is. */
export interface Dictionary64 {
  /** Little-endian pairs of halves, in the order of their first occurrence. */
  readonly distinct: Uint32Array
  readonly indices: Uint16Array
}

/**
 * The dictionary of 64-bit values, given as little-endian pairs of halves, or undefined where they differ too much to
 * gain by one. Values are told apart by their bits.
 */
export function dictionary64(halves: Uint32Array): Dictionary64 | undefined {
  const count = halves.length / 2
  const limit = Math.min(count / 4, MAX_DISTINCT)
  let slots = 64
  while (slots < limit * 2) slots *= 2
  /** An index plus one; 0 is an empty slot. */
  const table = new Uint16Array(slots)
  const distinct = new Uint32Array(Math.floor(limit) * 2)
  const indices = new Uint16Array(count)
  let size = 0
  for (let i = 0; i < count; i++) {
    const low = halves[i * 2] ?? 0
    const high = halves[i * 2 + 1] ?? 0
    let slot = mixed(low, high) & (slots - 1)
    let index = (table[slot] ?? 0) - 1
    while (index >= 0 && (distinct[index * 2] !== low || distinct[index * 2 + 1] !== high)) {
      slot = (slot + 1) & (slots - 1)
      index = (table[slot] ?? 0) - 1
    }
    if (index < 0) {
      if (size + 1 > limit) return undefined
      index = size++
      table[slot] = size
      distinct[index * 2] = low
      distinct[index * 2 + 1] = high
    }
    indices[i] = index
  }
  return { distinct: distinct.subarray(0, size * 2), indices }
}

function mixed(low: number, high: number): number {
  const once = Math.imul(low ^ Math.imul(high, 0x85ebca77), 0x9e3779b1)
  return once ^ (once >>> 15)
}

/**
 * A small seeded generator of numbers in [0, 1) (mulberry32, public domain by Tommy Ettinger): the same seed makes the
 * same load.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** An integer in [0, below). */
export function integer(random: () => number, below: number): number {
  return Math.floor(random() * below)
}

/** One of some values. Throws where there is none. */
export function pick<T>(random: () => number, values: readonly T[]): T {
  const value = values[integer(random, values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

/** Ranks 0 to n-1, the r-th with a weight of 1 / (r + 1): few are busy, most are quiet (Zipf's law). */
export function zipf(random: () => number, n: number): () => number {
  const upTo = new Float64Array(n)
  let sum = 0
  for (let rank = 0; rank < n; rank++) {
    sum += 1 / (rank + 1)
    upTo[rank] = sum
  }
  return () => {
    const at = random() * sum
    let low = 0
    let high = n - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((upTo[middle] ?? sum) > at) high = middle
      else low = middle + 1
    }
    return low
  }
}

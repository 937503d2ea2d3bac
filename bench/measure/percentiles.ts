/**
 * The value that a share of the samples does not exceed (nearest rank: the ceil(share * n)-th smallest); NaN without
 * samples.
 * @param share 0 to 1: 0.5 is the median
 */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5)
}

/**
 * The same of values that occur several times each.
 * @param percent a whole number from 0 to 100, so that the rank is exact where the product is a whole number of samples
 */
export function weightedPercentile(counts: ReadonlyMap<number, number>, percent: number): number {
  const sorted = [...counts].sort(([a], [b]) => a - b)
  const all = sorted.reduce((sum, [, count]) => sum + count, 0)
  let left = Math.max(1, Math.ceil((percent * all) / 100))
  for (const [value, count] of sorted) {
    left -= count
    if (left <= 0) return value
  }
  return Number.NaN
}

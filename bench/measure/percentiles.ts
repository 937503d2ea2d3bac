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

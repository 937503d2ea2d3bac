export interface BackoffLimits {
  /** Milliseconds before the second try, and at most. */
  readonly first: number
  readonly most: number
}

export const BACKOFF: BackoffLimits = { first: 100, most: 10_000 }

/**
 * Milliseconds before the next try after so many that failed: doubled each time, of which a random half is taken off, so
 * that writers that failed together do not come again together.
 * @param random in [0, 1)
 */
export function backoffMillis({ first, most }: BackoffLimits, failed: number, random: number): number {
  const whole = Math.min(most, first * 2 ** Math.min(failed - 1, 30))
  return whole * (1 - random / 2)
}

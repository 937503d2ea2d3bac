/**
 * Buckets whose bounds grow by a constant factor, so that a number in the middle of one is off by a constant share at
 * most. Masson, Rim, Lee: DDSketch, a fast and fully-mergeable quantile sketch with relative-error guarantees (VLDB 2019).
 */

/** How far the number of a bucket can be from any number in it, as a share of the latter. */
export const RELATIVE_ERROR = 0.01

/** A little narrower than the error allows, so that rounding a logarithm never leads past it. */
const SHARE = RELATIVE_ERROR * 0.99
const GROWTH = (1 + SHARE) / (1 - SHARE)

/** Buckets of numbers that are e times as large: `ceil(ln(x) * BUCKETS_OF_LOGARITHM)` is the bucket of x. */
export const BUCKETS_OF_LOGARITHM = 1 / Math.log(GROWTH)

/** The number that stands for a bucket; `side` is the sign of the numbers in it. */
export function numberOfBucket(side: number, bucket: number): number {
  if (side === 0) return 0
  const upper = Math.exp(bucket / BUCKETS_OF_LOGARITHM)
  return side * Math.min(Number.MAX_VALUE, (2 * upper) / (GROWTH + 1))
}

/** The number that stands for the bucket of a number. */
export function bucketedNumber(value: number): number {
  return value === 0 ? 0 : numberOfBucket(Math.sign(value), bucketOf(value))
}

/** The bucket of a number that is not 0, by its size alone. */
export function bucketOf(value: number): number {
  return Math.ceil(Math.log(Math.abs(value)) * BUCKETS_OF_LOGARITHM)
}

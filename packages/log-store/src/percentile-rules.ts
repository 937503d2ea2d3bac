import { canBeNumber } from '@heartwood/query-lang'
import { LogStoreError } from './port.ts'

/** Percentiles are told apart to a thousandth of a percent. */
const STEPS = 1000

/** The rank (from 1) of a percentile among so many values in ascending order, by the nearest-rank definition. */
export function nearestRank(percentile: number, count: number): number {
  // In integers: 7 % of 100 must not become the rank 8 because 0.07 is a little more than 7/100.
  const rank =
    (BigInt(Math.round(percentile * STEPS)) * BigInt(count) + 100n * BigInt(STEPS) - 1n) /
    (100n * BigInt(STEPS))
  return Math.min(count, Math.max(1, Number(rank)))
}

/** A percentile as the decimal fraction that SQL takes, exactly. */
export function fractionText(percentile: number): string {
  return (Math.round(percentile * STEPS) / (100 * STEPS)).toFixed(5)
}

export function assertNumeric(field: string): void {
  if (!canBeNumber(field)) {
    throw new LogStoreError('unsupported', `percentiles are of numbers, and ${field} never is one`)
  }
}

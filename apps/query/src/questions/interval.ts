import { isoFromNanos, NANOS_PER_DAY, NANOS_PER_MILLI, NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import type { HistogramBucket, TimeRange } from '@heartwood/log-store'
import { parseDuration } from '@heartwood/query-lang'
import { AppError } from '@heartwood/runtime'

export const MAX_BUCKETS = 2_000
const AUTO_BUCKETS = 60n

const MINUTE = 60n * NANOS_PER_SECOND
const HOUR = 60n * MINUTE
const YEAR = 365n * NANOS_PER_DAY

/** Widths people read easily; each divides the next larger unit. */
const WIDTHS: readonly Nanos[] = [
  ...[1n, 2n, 5n, 10n, 20n, 50n, 100n, 200n, 500n].map((n) => n * NANOS_PER_MILLI),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((n) => n * NANOS_PER_SECOND),
  ...[1n, 2n, 5n, 10n, 15n, 30n].map((n) => n * MINUTE),
  ...[1n, 2n, 3n, 6n, 12n].map((n) => n * HOUR),
  ...[1n, 2n, 7n, 30n, 90n].map((n) => n * NANOS_PER_DAY),
]

/**
 * The width of a bucket in nanoseconds: a duration as `30s` or `1h`, or `auto` for about 60 buckets.
 * Throws `invalid_parameter` for anything else, and where the range would have more than MAX_BUCKETS buckets.
 */
export function bucketWidth(interval: string, range: TimeRange): Nanos {
  if (interval === 'auto') return autoWidth(range)
  const width = parseDuration(interval)
  if (width === undefined)
    throw new AppError(
      'invalid_parameter',
      `interval: takes 30s, 1m, 1h, 1d..., auto or none, not ${quoted(interval)}`,
    )
  const count = bucketCount(range, width)
  if (count > BigInt(MAX_BUCKETS))
    throw new AppError(
      'invalid_parameter',
      `interval: ${interval} makes ${count} buckets in this range, and at most ${MAX_BUCKETS} are answered; take a wider one, or auto`,
    )
  return width
}

/** Every bucket that overlaps the range, oldest first, the missing ones with a count of 0 (and without groups in them). */
export function withEmptyBuckets(
  range: TimeRange,
  width: Nanos,
  found: readonly HistogramBucket[],
  isSplit: boolean,
): { start: string; count: number; groups?: Record<string, number> }[] {
  const byStart = new Map(found.map((bucket) => [bucket.start, bucket]))
  const count = Number(bucketCount(range, width))
  const first = floorTo(range.from, width)
  return Array.from({ length: count }, (_, i) => {
    const start = first + BigInt(i) * width
    const bucket = byStart.get(start)
    return {
      start: isoFromNanos(start),
      count: bucket?.count ?? 0,
      ...(isSplit && { groups: { ...bucket?.groups } }),
    }
  })
}

function autoWidth(range: TimeRange): Nanos {
  const length = range.to - range.from
  const width = WIDTHS.find((candidate) => length <= candidate * AUTO_BUCKETS)
  if (width !== undefined) return width
  const years = (length + YEAR * AUTO_BUCKETS - 1n) / (YEAR * AUTO_BUCKETS)
  return years * YEAR
}

/** Buckets are aligned to multiples of the width since 1970, so the first and last may reach out of the range. */
function bucketCount(range: TimeRange, width: Nanos): bigint {
  if (range.to <= range.from) return 0n
  return (floorTo(range.to - 1n, width) - floorTo(range.from, width)) / width + 1n
}

/** Rounds down to a multiple, also before 1970. */
function floorTo(time: Nanos, width: Nanos): Nanos {
  const over = time % width
  return time - (over < 0n ? over + width : over)
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

import type { PatternsOutput, PatternsQuestion } from '@heartwood/api'
import { isoFromNanos, millisFromNanos, type Nanos } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import { print, shapeQuery } from '@heartwood/query-lang'
import { bucketWidth, withEmptyBuckets } from './interval.ts'
import { questionScope } from './question-scope.ts'
import { readSum } from './read-sum.ts'
import { stopwatch } from './stopwatch.ts'

/** Messages whose shape is worked out for one answer; it takes a second or two. */
const MAX_EVENTS = 1_000_000

/** What the logs say: their messages by shape, each with its volume over time and a query that finds it. */
export async function patterns(
  reader: LogReader,
  question: PatternsQuestion,
  now: Nanos,
  signal: AbortSignal,
): Promise<PatternsOutput> {
  const took = stopwatch()
  const { query, range } = questionScope(question, now)
  const interval = bucketWidth(question.interval, range)
  const { onRead, total: read } = readSum()

  await reader.refresh()
  const { matched, looked, shapes, patterns } = await reader.patterns({
    query,
    range,
    interval,
    limit: question.limit,
    events: MAX_EVENTS,
    signal,
    onRead,
  })
  return {
    matched,
    looked,
    shapes,
    interval_ms: millisFromNanos(interval),
    buckets: withEmptyBuckets(range, interval, [], false).map(({ start }) => start),
    patterns: patterns.map(({ shape, count, levels, first, last, buckets }) => ({
      shape,
      query: print(shapeQuery(shape)),
      count,
      levels: { ...levels },
      first: isoFromNanos(first),
      last: isoFromNanos(last),
      counts: withEmptyBuckets(range, interval, buckets, false).map(({ count }) => count),
    })),
    read: read(),
    took_ms: took(),
  }
}

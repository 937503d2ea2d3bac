import type { AggregateOutput, AggregateQuestion } from '@heartwood/api'
import { fieldTarget, isoFromNanos, millisFromNanos, type Nanos } from '@heartwood/event'
import type { HistogramBucket, LogReader, TopValue } from '@heartwood/log-store'
import type { Query } from '@heartwood/query-lang'
import { both, ERRORS } from './errors-query.ts'
import { bucketWidth, withEmptyBuckets } from './interval.ts'
import { questionScope } from './question-scope.ts'
import { readSum } from './read-sum.ts'
import { stopwatch } from './stopwatch.ts'

/**
 * The commonest values of a field and the volume over time. Without `by`: errors by service, volume of everything.
 * `total` is the sum of the buckets; with the interval `none` there are none, which spares looking at the times.
 */
export async function aggregate(
  reader: LogReader,
  question: AggregateQuestion,
  now: Nanos,
  signal: AbortSignal,
): Promise<AggregateOutput> {
  const took = stopwatch()
  const { query, range } = questionScope(question, now)
  const { by, limit } = question
  const interval = question.interval === 'none' ? undefined : bucketWidth(question.interval, range)
  const { onRead, total: read } = readSum()
  const asked = { query, range, signal, onRead }
  const counted = { from_time: isoFromNanos(range.from), to_time: isoFromNanos(range.to) }
  const topOf = (query: Query, field: string) => reader.top({ ...asked, query, field, limit })
  const commonest = () => (by === undefined ? topOf(both(query, ERRORS), 'service') : topOf(query, by))

  await reader.refresh()
  if (interval === undefined) {
    const [total, top] = await Promise.all([reader.count(asked), commonest()])
    return {
      ...counted,
      total,
      interval_ms: 0,
      by: by ?? 'service',
      top: [...top],
      buckets: [],
      read: read(),
      took_ms: took(),
    }
  }
  const histogram = reader.histogram({ ...asked, interval, ...(by !== undefined && { by, groups: limit }) })
  const [found, top] = await Promise.all([
    histogram,
    by !== undefined && isLevel(by) ? histogram.then((buckets) => topOfBuckets(buckets, limit)) : commonest(),
  ])
  return {
    ...counted,
    total: found.reduce((sum, bucket) => sum + bucket.count, 0),
    interval_ms: millisFromNanos(interval),
    by: by ?? 'service',
    top: [...top],
    buckets: withEmptyBuckets(range, interval, found, by !== undefined),
    read: read(),
    took_ms: took(),
  }
}

function isLevel(field: string): boolean {
  const target = fieldTarget(field)
  return target.at === 'own' && target.field.name === 'level'
}

/** A histogram tells all levels apart, so its buckets add up to the commonest ones without another look. */
function topOfBuckets(buckets: readonly HistogramBucket[], limit: number): TopValue[] {
  const sums = new Map<string, number>()
  for (const { groups } of buckets)
    for (const [level, count] of Object.entries(groups ?? {})) sums.set(level, (sums.get(level) ?? 0) + count)
  return [...sums]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, limit)
}

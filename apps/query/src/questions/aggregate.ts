import type { AggregateOutput, AggregateQuestion } from '@heartwood/api'
import { millisFromNanos, type Nanos } from '@heartwood/event'
import type { LogReader } from '@heartwood/log-store'
import { ALL, type Query } from '@heartwood/query-lang'
import { bucketWidth, withEmptyBuckets } from './interval.ts'
import { questionScope } from './question-scope.ts'
import { readSum } from './read-sum.ts'
import { stopwatch } from './stopwatch.ts'

const ERRORS: Query = {
  kind: 'field',
  field: 'level',
  match: { kind: 'compare', op: '>=', value: 'error' },
  span: { start: 0, end: 0 },
}

/**
 * The commonest values of a field and the volume over time. Without `by`: errors by service, volume of everything.
 * `total` is the sum of the buckets.
 */
export async function aggregate(
  reader: LogReader,
  question: AggregateQuestion,
  now: Nanos,
  signal: AbortSignal,
): Promise<AggregateOutput> {
  const took = stopwatch()
  const { query, range } = questionScope(question, now)
  const interval = bucketWidth(question.interval, range)
  const { by, limit } = question
  const { onRead, total: read } = readSum()

  await reader.refresh()
  const [found, top] = await Promise.all([
    reader.histogram({
      query,
      range,
      interval,
      signal,
      onRead,
      ...(by !== undefined && { by, groups: limit }),
    }),
    reader.top({
      query: by === undefined ? both(query, ERRORS) : query,
      range,
      field: by ?? 'service',
      limit,
      signal,
      onRead,
    }),
  ])
  return {
    total: found.reduce((sum, bucket) => sum + bucket.count, 0),
    interval_ms: millisFromNanos(interval),
    by: by ?? 'service',
    top: top.map(({ value, count }) => ({ value, count })),
    buckets: withEmptyBuckets(range, interval, found, by !== undefined),
    read: read(),
    took_ms: took(),
  }
}

function both(query: Query, other: Query): Query {
  return query.kind === ALL.kind ? other : { kind: 'and', terms: [query, other] }
}

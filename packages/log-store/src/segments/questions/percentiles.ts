import { compileDuckDbNumber, compileDuckDbText, isNumberSql } from '@heartwood/query-lang'
import { BUCKETS_OF_LOGARITHM, numberOfBucket, RELATIVE_ERROR } from '../../logarithmic-buckets.ts'
import { assertNumeric, fractionText, nearestRank } from '../../percentile-rules.ts'
import type { PercentileGroup, Percentiles, PercentilesRequest } from '../../port.ts'
import { holdSource } from './held-source.ts'
import { matching, type QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import type { SegmentSource } from './segment-source.ts'

type Asked = Pick<PercentilesRequest, 'field' | 'percentiles' | 'by' | 'groups'>

/**
 * Percentiles by group. Exact while the numbers fit into the memory of queries (`exactRows` rows, matching or not);
 * above that they are counted in buckets of equal relative width.
 */
export async function percentilesOf(
  means: ReadMeans & { readonly exactRows: number },
  plan: QueryPlan,
  asked: Asked,
): Promise<Percentiles> {
  assertNumeric(asked.field)
  if (plan.segments.length === 0) return { relativeError: 0, groups: [] }
  const rows = plan.segments.reduce((sum, segment) => sum + segment.rows, 0)
  const numbers = numbersOf(plan, asked)
  using _held = await holdSource(means, numbers.source, plan.range)
  return rows <= means.exactRows
    ? { relativeError: 0, groups: await exact(means, numbers, asked) }
    : { relativeError: RELATIVE_ERROR, groups: await approximate(means, numbers, asked) }
}

interface Numbers {
  readonly source: SegmentSource
  /** A query that gives `name` and `number`; asked for when the source is held. */
  readonly sql: () => string
  readonly params: readonly (string | bigint)[]
}

function numbersOf(plan: QueryPlan, { field, by }: Asked): Numbers {
  const { source, where, params } = matching(plan, plan.segments)
  const number = compileDuckDbNumber(field, source, { firstParameter: params.length + 1 })
  const before = [...params, ...number.params]
  const name =
    by === undefined
      ? { sql: `''`, params: [] }
      : compileDuckDbText(by, source, { firstParameter: before.length + 1 })
  return {
    source,
    sql: () => `SELECT ${name.sql} AS name, ${number.sql} AS number FROM ${source.from()} WHERE ${where}`,
    params: [...before, ...name.params],
  }
}

async function exact(
  { run }: ReadMeans,
  { sql, params }: Numbers,
  { percentiles, groups }: Asked,
): Promise<PercentileGroup[]> {
  const fractions = percentiles.map(fractionText).join(', ')
  const limit = groups === undefined ? '' : ` LIMIT ${groups}`
  const rows = await run((session) =>
    session.rows(
      `SELECT coalesce(name, '') AS value, count(*) AS n, ` +
        `array_to_string(quantile_disc(number, [${fractions}]), ' ') FROM (${sql()}) ` +
        `WHERE ${isNumberSql('number')} GROUP BY name ORDER BY n DESC, value${limit}`,
      params,
    ),
  )
  return rows.map(([value, count, found]) => ({
    value: String(value),
    count: Number(count),
    // A zero is a zero, whatever its sign.
    percentiles: String(found)
      .split(' ')
      .map((text) => Number(text) + 0),
  }))
}

async function approximate(
  { run }: ReadMeans,
  { sql, params }: Numbers,
  { percentiles, groups }: Asked,
): Promise<PercentileGroup[]> {
  const bucket = `CASE WHEN number = 0 THEN NULL ELSE CAST(ceil(ln(abs(number)) * ${BUCKETS_OF_LOGARITHM}) AS INTEGER) END`
  const rows = await run((session) =>
    session.rows(
      `SELECT coalesce(name, ''), CAST(sign(number) AS INTEGER) AS side, ${bucket} AS bucket, count(*) ` +
        `FROM (${sql()}) WHERE ${isNumberSql('number')} GROUP BY name, side, bucket`,
      params,
    ),
  )
  const counted = rows.map(([value, side, bucket, count]) => ({
    value: String(value),
    number: numberOfBucket(Number(side), Number(bucket ?? 0)),
    count: Number(count),
  }))
  return [...Map.groupBy(counted, ({ value }) => value)]
    .map(([value, numbers]) => groupOf(value, numbers, percentiles))
    .sort((a, b) => b.count - a.count || Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)))
    .slice(0, groups)
}

function groupOf(
  value: string,
  numbers: readonly { readonly number: number; readonly count: number }[],
  percentiles: readonly number[],
): PercentileGroup {
  const ascending = numbers.toSorted((a, b) => a.number - b.number)
  const count = ascending.reduce((sum, { count }) => sum + count, 0)
  const at = (percentile: number): number => {
    let left = nearestRank(percentile, count)
    for (const { number, count } of ascending) {
      left -= count
      if (left <= 0) return number
    }
    return 0
  }
  return { value, count, percentiles: percentiles.map(at) }
}

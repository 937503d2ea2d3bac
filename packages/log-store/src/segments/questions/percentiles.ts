import { compileDuckDbNumber, compileDuckDbText, isNumberSql } from '@heartwood/query-lang'
import { BUCKETS_OF_LOGARITHM, numberOfBucket, RELATIVE_ERROR } from '../../logarithmic-buckets.ts'
import { NumberCounts, percentilesOfNumbers } from '../../number-counts.ts'
import { assertNumeric, fractionText } from '../../percentile-rules.ts'
import type { Numbers, NumbersRequest, PercentileGroup, Percentiles, PercentilesRequest } from '../../port.ts'
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
  const matches = numbersIn(plan, asked)
  using _held = await holdSource(means, matches.source, plan.range)
  return rows <= means.exactRows
    ? { relativeError: 0, groups: await exact(means, matches, asked) }
    : percentilesOfNumbers(await bucketed(means, matches), asked)
}

/** How often each number occurs, by group: told apart where they are few enough. */
export async function numbersOf(
  means: ReadMeans,
  plan: QueryPlan,
  asked: Pick<NumbersRequest, 'field' | 'by' | 'distinct'>,
): Promise<Numbers> {
  assertNumeric(asked.field)
  if (plan.segments.length === 0) return { relativeError: 0, groups: [] }
  const matches = numbersIn(plan, asked)
  using _held = await holdSource(means, matches.source, plan.range)
  return (await toldApart(means, matches, asked.distinct)) ?? (await bucketed(means, matches))
}

interface NumbersSql {
  readonly source: SegmentSource
  /** A query that gives `name` and `number`; asked for when the source is held. */
  readonly sql: () => string
  readonly params: readonly (string | bigint)[]
}

function numbersIn(plan: QueryPlan, { field, by }: Pick<Asked, 'field' | 'by'>): NumbersSql {
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
  { sql, params }: NumbersSql,
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

/** Undefined where there are more than `distinct` of them. */
async function toldApart(
  { run }: ReadMeans,
  { sql, params }: NumbersSql,
  distinct: number,
): Promise<Numbers | undefined> {
  const rows = await run((session) =>
    session.rows(
      `SELECT coalesce(name, ''), number, count(*) FROM (${sql()}) WHERE ${isNumberSql('number')} ` +
        `GROUP BY ALL LIMIT ${distinct + 1}`,
      params,
    ),
  )
  if (rows.length > distinct) return undefined
  const counts = new NumberCounts()
  for (const [value, number, count] of rows) counts.add(String(value), Number(number), Number(count))
  return counts.numbers(0)
}

async function bucketed({ run }: ReadMeans, { sql, params }: NumbersSql): Promise<Numbers> {
  const bucket = `CASE WHEN number = 0 THEN NULL ELSE CAST(ceil(ln(abs(number)) * ${BUCKETS_OF_LOGARITHM}) AS INTEGER) END`
  const rows = await run((session) =>
    session.rows(
      `SELECT coalesce(name, ''), CAST(sign(number) AS INTEGER) AS side, ${bucket} AS bucket, count(*) ` +
        `FROM (${sql()}) WHERE ${isNumberSql('number')} GROUP BY name, side, bucket`,
      params,
    ),
  )
  const counts = new NumberCounts()
  for (const [value, side, bucket, count] of rows)
    counts.add(String(value), numberOfBucket(Number(side), Number(bucket ?? 0)), Number(count))
  return counts.numbers(RELATIVE_ERROR)
}

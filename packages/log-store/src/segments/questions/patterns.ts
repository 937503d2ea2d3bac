import { isLevel, type Level, type Nanos } from '@heartwood/event'
import { compileDuckDbText, messageShapeSql } from '@heartwood/query-lang'
import type { Pattern, Patterns, PatternsRequest } from '../../port.ts'
import { bucketSql, groupedCounts } from './grouped-counts.ts'
import { holdSource } from './held-source.ts'
import { matching, type QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import { TIME } from './segment-source.ts'

type Asked = Pick<PatternsRequest, 'limit' | 'interval' | 'events'>

/**
 * Messages by shape, in one pass of DuckDB over the text of the matching rows. They are counted before, which costs little
 * beside it, to know whether a sample has to do.
 */
export async function patternsOf(means: ReadMeans, plan: QueryPlan, asked: Asked): Promise<Patterns> {
  const [sum] = await groupedCounts(means, plan, {})
  const matched = sum?.count ?? 0
  if (matched === 0) return { matched, looked: 0, shapes: 0, patterns: [] }
  const cells = await cellsOf(means, plan, asked, Math.ceil(matched / asked.events))
  const { looked = 0, shapes = 0 } = cells[0] ?? {}
  const byShape = Map.groupBy(cells, ({ shape }) => shape)
  return {
    matched,
    looked,
    shapes,
    patterns: [...byShape].map(([shape, cells]) => patternOf(shape, cells, asked.interval)),
  }
}

/** Events of one shape, level and bucket, and the sums over all of them. */
interface Cell {
  readonly looked: number
  readonly shapes: number
  readonly shape: string
  readonly level: Level
  readonly bucket: bigint
  readonly count: number
  readonly first: Nanos
  readonly last: Nanos
}

/** The cells of the commonest shapes, these in their order, of every `step`th row or so. */
async function cellsOf(
  means: ReadMeans,
  plan: QueryPlan,
  { limit, interval }: Asked,
  step: number,
): Promise<Cell[]> {
  const { source, where, params } = matching(plan, plan.segments)
  const message = compileDuckDbText('message', source, { firstParameter: params.length + 1 })
  const level = compileDuckDbText('level', source)
  using _held = await holdSource(means, source, plan.range)
  // By a hash, since rows lie sorted: every tenth of them may be the same step of the same work.
  const sampled = step === 1 ? '' : ` AND hash(filename, file_row_number) % ${step} = 0`
  const rows = await means.run((session) =>
    session.rows(
      `WITH cells AS MATERIALIZED (
         SELECT shape, level, bucket, count(*) AS n, min(time) AS first, max(time) AS last
         FROM (SELECT ${messageShapeSql(`coalesce(${message.sql}, '')`)} AS shape, ${level.sql} AS level,
                      ${bucketSql(interval)} AS bucket, ${TIME} AS time
               FROM ${source.from()} WHERE ${where}${sampled})
         GROUP BY shape, level, bucket),
       shapes AS MATERIALIZED (SELECT shape, sum(n) AS total FROM cells GROUP BY shape),
       commonest AS (SELECT shape, total FROM shapes ORDER BY total DESC, shape LIMIT ${limit})
       SELECT (SELECT sum(total) FROM shapes), (SELECT count(*) FROM shapes), shape, level, bucket, n, first, last
       FROM cells JOIN commonest USING (shape) ORDER BY total DESC, shape, bucket`,
      [...params, ...message.params],
    ),
  )
  return rows.map(([looked, shapes, shape, level, bucket, count, first, last]) => ({
    looked: Number(looked),
    shapes: Number(shapes),
    shape: String(shape),
    level: levelNamed(String(level)),
    bucket: BigInt(String(bucket)),
    count: Number(count),
    first: BigInt(String(first)),
    last: BigInt(String(last)),
  }))
}

function patternOf(shape: string, cells: readonly Cell[], interval: Nanos): Pattern {
  const levels: Partial<Record<Level, number>> = {}
  for (const { level, count } of cells) levels[level] = (levels[level] ?? 0) + count
  const buckets = Map.groupBy(cells, ({ bucket }) => bucket)
  return {
    shape,
    count: countOf(cells),
    levels,
    first: cells.reduce((least, { first }) => (first < least ? first : least), cells[0]?.first ?? 0n),
    last: cells.reduce((most, { last }) => (last > most ? last : most), cells[0]?.last ?? 0n),
    buckets: [...buckets].map(([bucket, cells]) => ({ start: bucket * interval, count: countOf(cells) })),
  }
}

function countOf(cells: readonly Cell[]): number {
  return cells.reduce((sum, { count }) => sum + count, 0)
}

function levelNamed(name: string): Level {
  return isLevel(name) ? name : 'unknown'
}

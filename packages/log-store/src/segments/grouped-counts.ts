import { fieldTarget, type Nanos } from '@heartwood/event'
import { compileDuckDbText } from '@heartwood/query-lang'
import type { EngineSession, Run } from './duckdb-engine.ts'
import { cellsFromManifest } from './manifest-counts.ts'
import type { SegmentInfo } from './manifest-format.ts'
import { type Matching, matching, type QueryPlan } from './query-plan.ts'
import { TIME } from './segment-source.ts'

/** Matching events of one bucket and group. */
export interface GroupedCount {
  /** Bucket start divided by the interval; 0 without one. */
  readonly bucket: bigint
  /** The value of the field; '' for events without it, and where nothing is grouped by. */
  readonly group: string
  readonly count: number
}

export interface Grouping {
  readonly interval?: Nanos | undefined
  readonly by?: string | undefined
  /** Values to tell apart; all others come as 'other'. */
  readonly only?: readonly string[] | undefined
}

export function isLevelField(name: string): boolean {
  const target = fieldTarget(name)
  return target.at === 'own' && target.field.name === 'level'
}

/**
 * Exact counts by bucket and value. Segments whose counts in the manifest say it are not opened; the engine runs only
 * if some are left.
 */
export async function groupedCounts(run: Run, plan: QueryPlan, grouping: Grouping): Promise<GroupedCount[]> {
  const { by, interval } = grouping
  const byLevel = by !== undefined && isLevelField(by)
  const sums = new Map<string, GroupedCount>()
  const add = (bucket: bigint, group: string, count: number) => {
    const key = `${bucket} ${group}`
    sums.set(key, { bucket, group, count: (sums.get(key)?.count ?? 0) + count })
  }
  const scanned: SegmentInfo[] = []
  for (const segment of plan.segments) {
    const cells =
      by === undefined || byLevel ? cellsFromManifest(segment, plan.outline, plan.range, interval) : undefined
    if (cells === undefined) scanned.push(segment)
    else for (const { bucket, level, count } of cells) add(bucket, byLevel ? level : '', count)
  }
  if (scanned.length > 0) {
    for (const { bucket, group, count } of await run((session) => scan(session, plan, scanned, grouping))) {
      add(bucket, group, count)
    }
  }
  return [...sums.values()]
}

async function scan(
  session: EngineSession,
  plan: QueryPlan,
  segments: readonly SegmentInfo[],
  { interval, by, only }: Grouping,
): Promise<GroupedCount[]> {
  const match = matching(plan, segments)
  const params = [...match.params]
  const bucket =
    interval === undefined
      ? '0'
      : // Division that rounds down, also before 1970.
        `${TIME} // ${interval} - CASE WHEN ${TIME} % ${interval} < 0 THEN 1 ELSE 0 END`
  const text = by === undefined ? `''` : textOf(match, by, params)
  // The value is worked out once, in a query of its own: DuckDB 1.5 fails to plan some expressions on JSON that stand
  // in several branches of one CASE.
  let group = `coalesce(value, '')`
  if (only !== undefined) {
    const values = only.map((value) => `$${params.push(value)}`)
    const kept = values.length === 0 ? 'false' : `value IN (${values.join(', ')})`
    group = `CASE WHEN value IS NULL THEN '' WHEN ${kept} THEN value ELSE 'other' END`
  }
  const rows = await session.rows(
    `SELECT bucket, ${group} AS name, count(*) FROM (SELECT ${bucket} AS bucket, ${text} AS value ` +
      `FROM ${match.source.from()} WHERE ${match.where}) GROUP BY ALL`,
    params,
  )
  return rows.map(([at, value, count]) => ({
    bucket: BigInt(String(at)),
    group: String(value),
    count: Number(count),
  }))
}

/** The commonest values of a field, most first, then by value. */
export async function commonValues(
  run: Run,
  plan: QueryPlan,
  field: string,
  limit: number,
): Promise<{ value: string; count: number }[]> {
  if (isLevelField(field)) {
    const counts = await groupedCounts(run, plan, { by: field })
    return counts
      .map(({ group, count }) => ({ value: group, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, limit)
  }
  if (plan.segments.length === 0) return []
  return run(async (session) => {
    const match = matching(plan, plan.segments)
    const params = [...match.params]
    const text = textOf(match, field, params)
    const rows = await session.rows(
      `SELECT value, count(*) AS n FROM (SELECT ${text} AS value FROM ${match.source.from()} ` +
        `WHERE ${match.where}) WHERE value IS NOT NULL GROUP BY value ORDER BY n DESC, value LIMIT ${limit}`,
      params,
    )
    return rows.map(([value, count]) => ({ value: String(value), count: Number(count) }))
  })
}

/** The text of a field in SQL; its parameters are appended to `params`. */
function textOf({ source }: Matching, field: string, params: unknown[]): string {
  const text = compileDuckDbText(field, source, { firstParameter: params.length + 1 })
  params.push(...text.params)
  return text.sql
}

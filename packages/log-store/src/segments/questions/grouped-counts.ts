import { fieldTarget, type Nanos, type OwnFieldName } from '@heartwood/event'
import { compileDuckDbText } from '@heartwood/query-lang'
import type { CountRequest, TimeRange } from '../../port.ts'
import type { PlannedSegment } from '../idx/planned-segment.ts'
import { rowsOf } from '../idx/planned-segment.ts'
import { type CutGroup, countCut, countCutByService } from './cut-counts.ts'
import { holdSource } from './held-source.ts'
import { compareTexts } from './hits.ts'
import { countedShare, type LevelCell, shareOf } from './manifest-counts.ts'
import type { QueryOutline } from './prune.ts'
import { type Matching, matching, type QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import { TIME } from './segment-source.ts'
import { serviceShares, serviceSharesOfGroups } from './service-shares.ts'

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
  return isOwnField(name, 'level')
}

function isOwnField(name: string, own: OwnFieldName): boolean {
  const target = fieldTarget(name)
  return target.at === 'own' && target.field.name === own
}

/**
 * Exact counts by bucket and value. Where the level alone is asked for, the counts in the manifest answer, those by
 * service the indexes, and only the rows at an edge that goes through them are looked at.
 */
export async function groupedCounts(
  means: ReadMeans,
  plan: QueryPlan,
  grouping: Grouping,
): Promise<GroupedCount[]> {
  const { by } = grouping
  const { levelOnly } = plan.outline
  if (levelOnly && (by === undefined || isLevelField(by)))
    return summed(await levelCounts(means, plan, grouping))
  if (levelOnly && by !== undefined && isOwnField(by, 'service'))
    return summed(await serviceCounts(means, plan, grouping))
  return scan(means, plan, plan.segments, grouping)
}

/** So many rows are counted at a time where somebody wants to know how far it is. */
const TURN_ROWS = 1_048_576

/** The number of matching events; where it takes long, `onProgress` is told what is counted so far. */
export async function countMatches(
  means: ReadMeans,
  plan: QueryPlan,
  onProgress: CountRequest['onProgress'],
): Promise<number> {
  const turns = plan.outline.levelOnly || onProgress === undefined ? [plan.segments] : inTurns(plan.segments)
  let matched = 0
  for (const segments of turns) {
    const [sum] = await groupedCounts(means, { ...plan, segments }, {})
    matched += sum?.count ?? 0
    onProgress?.({ ...means.tally.progress(plan.segments), matched })
  }
  return matched
}

function inTurns(segments: readonly PlannedSegment[]): PlannedSegment[][] {
  const turns: PlannedSegment[][] = []
  let rows = TURN_ROWS
  for (const segment of segments) {
    if (rows >= TURN_ROWS) {
      turns.push([])
      rows = 0
    }
    turns.at(-1)?.push(segment)
    rows += segment.rows
  }
  return turns
}

async function serviceCounts(
  means: ReadMeans,
  plan: QueryPlan,
  grouping: Grouping,
): Promise<readonly GroupedCount[]> {
  const { only, interval } = grouping
  const { counts, rest } = await serviceShares(means, plan, interval)
  const shares = await Promise.all(
    rest.map((segment) => serviceSharesOfGroups(means, segment, plan, interval)),
  )
  const cut = shares.flatMap(({ cut }) => cut)
  const kept = only && new Set(only).add('')
  const named = (counts: readonly GroupedCount[]) =>
    counts.map((count) =>
      kept === undefined || kept.has(count.group) ? count : { ...count, group: 'other' },
    )
  if (rowsOf(cut) > means.edgeRows) return [...named(counts), ...(await scan(means, plan, rest, grouping))]
  const atEdges = await countCutByService(means, cut, plan.outline, interval)
  return named([...counts, ...shares.flatMap(({ counts }) => counts), ...atEdges])
}

async function levelCounts(means: ReadMeans, plan: QueryPlan, grouping: Grouping): Promise<GroupedCount[]> {
  const { outline, range } = plan
  const { interval, by } = grouping
  const named = ({
    bucket,
    level,
    count,
  }: {
    bucket: bigint
    level: string
    count: number
  }): GroupedCount => ({
    bucket,
    group: by === undefined ? '' : level,
    count,
  })
  const counts: GroupedCount[] = []
  const cut: CutSegment[] = []
  for (const segment of plan.segments) {
    const share = countedShare(segment, outline, range, interval)
    counts.push(...share.cells.map(named))
    if (share.cut.length > 0) cut.push({ segment, times: share.cut })
  }
  const shares = await Promise.all(cut.map((one) => sharesOfGroups(means, one, outline, interval)))
  const cutGroups = shares.flatMap(({ cut }) => cut)
  if (rowsOf(cutGroups) <= means.edgeRows) {
    const atEdges = await countCut(means, cutGroups, outline, interval)
    counts.push(...[...shares.flatMap(({ cells }) => cells), ...atEdges].map(named))
  } else
    for (const alike of cutAlike(cut))
      counts.push(...(await scan(means, plan, alike.segments, grouping, alike.times)))
  return counts
}

/** A segment whose counts in the manifest are too coarse in some times. */
interface CutSegment {
  readonly segment: PlannedSegment
  /** Apart from each other, oldest first. */
  readonly times: readonly TimeRange[]
}

/** What the finer counts of its row groups say of a segment in some times, and where these are too coarse as well. */
async function sharesOfGroups(
  { indexes, files, reader }: ReadMeans,
  { segment, times }: CutSegment,
  outline: QueryOutline,
  interval: Nanos | undefined,
): Promise<{ readonly cells: readonly LevelCell[]; readonly cut: readonly CutGroup[] }> {
  const known = await indexes.timeCounts(segment, files)
  const groups = await files.reading(() => reader.groups(segment))
  const cells: LevelCell[] = []
  const cut: CutGroup[] = []
  for (const [group, { rows, times: bounds }] of groups.entries()) {
    const own = bounds
      ? { from: bounds.min, to: bounds.max + 1n }
      : { from: segment.min_time, to: segment.max_time + 1n }
    const touched = times.filter(({ from, to }) => own.from < to && own.to > from)
    const counts = known?.length === groups.length ? known[group] : undefined
    if (counts === undefined) {
      if (touched.length > 0) cut.push({ segment, group, rows, times: touched })
      continue
    }
    const shares = touched.map((range) => shareOf(counts, own, outline, range, interval))
    cells.push(...shares.flatMap(({ cells }) => cells))
    const left = shares.flatMap(({ cut }) => cut)
    if (left.length > 0) cut.push({ segment, group, rows, times: left })
  }
  return { cells, cut }
}

/** Segments that are cut in the same times, since DuckDB looks for rows of all its files by one condition. */
function cutAlike(
  cut: readonly CutSegment[],
): { readonly times: readonly TimeRange[]; readonly segments: readonly PlannedSegment[] }[] {
  const byTimes = Map.groupBy(cut, ({ times }) => times.map(({ from, to }) => `${from} ${to}`).join())
  return [...byTimes.values()].map((alike) => ({
    times: alike[0]?.times ?? [],
    segments: alike.map(({ segment }) => segment),
  }))
}

function summed(counts: readonly GroupedCount[]): GroupedCount[] {
  const sums = new Map<string, GroupedCount>()
  for (const { bucket, group, count } of counts) {
    const key = `${bucket} ${group}`
    sums.set(key, { bucket, group, count: (sums.get(key)?.count ?? 0) + count })
  }
  return [...sums.values()]
}

/** The bucket of a row: its time divided by the interval, rounded down, also before 1970. */
export function bucketSql(interval: Nanos): string {
  return `${TIME} // ${interval} - CASE WHEN ${TIME} % ${interval} < 0 THEN 1 ELSE 0 END`
}

/** Counts by DuckDB, in some times of the range if any are given. */
async function scan(
  means: ReadMeans,
  plan: QueryPlan,
  segments: readonly PlannedSegment[],
  { interval, by, only }: Grouping,
  times: readonly TimeRange[] = [],
): Promise<GroupedCount[]> {
  if (segments.length === 0) return []
  const match = matching(plan, segments)
  const params = [...match.params]
  const bucket = interval === undefined ? '0' : bucketSql(interval)
  const text = by === undefined ? `''` : textOf(match, by, params)
  // The value is worked out once, in a query of its own: DuckDB 1.5 fails to plan some expressions on JSON that stand
  // in several branches of one CASE.
  let group = `coalesce(value, '')`
  if (only !== undefined) {
    const values = only.map((value) => `$${params.push(value)}`)
    const kept = values.length === 0 ? 'false' : `value IN (${values.join(', ')})`
    group = `CASE WHEN value IS NULL THEN '' WHEN ${kept} THEN value ELSE 'other' END`
  }
  const inTimes = times.map(({ from, to }) => `${TIME} >= ${from} AND ${TIME} < ${to}`)
  const where = inTimes.length === 0 ? match.where : `${match.where} AND (${inTimes.join(' OR ')})`
  using _held = await holdSource(means, match.source, plan.range)
  const rows = await means.run((session) =>
    session.rows(
      `SELECT bucket, ${group} AS name, count(*) FROM (SELECT ${bucket} AS bucket, ${text} AS value ` +
        `FROM ${match.source.from()} WHERE ${where}) GROUP BY ALL`,
      params,
    ),
  )
  return rows.map(([at, value, count]) => ({
    bucket: BigInt(String(at)),
    group: String(value),
    count: Number(count),
  }))
}

/** The commonest values of a field, most first, then by value. */
export async function commonValues(
  means: ReadMeans,
  plan: QueryPlan,
  field: string,
  limit: number,
): Promise<{ value: string; count: number }[]> {
  if (isLevelField(field) || (plan.outline.levelOnly && isOwnField(field, 'service'))) {
    const counts = await groupedCounts(means, plan, { by: field })
    return counts
      .filter(({ group }) => group !== '')
      .map(({ group, count }) => ({ value: group, count }))
      .sort((a, b) => b.count - a.count || compareTexts(a.value, b.value))
      .slice(0, limit)
  }
  if (plan.segments.length === 0) return []
  const match = matching(plan, plan.segments)
  const params = [...match.params]
  const text = textOf(match, field, params)
  using _held = await holdSource(means, match.source, plan.range)
  const rows = await means.run((session) =>
    session.rows(
      `SELECT value, count(*) AS n FROM (SELECT ${text} AS value FROM ${match.source.from()} ` +
        `WHERE ${match.where}) WHERE value IS NOT NULL GROUP BY value ORDER BY n DESC, value LIMIT ${limit}`,
      params,
    ),
  )
  return rows.map(([value, count]) => ({ value: String(value), count: Number(count) }))
}

/** The text of a field in SQL; its parameters are appended to `params`. */
function textOf({ source }: Matching, field: string, params: unknown[]): string {
  const text = compileDuckDbText(field, source, { firstParameter: params.length + 1 })
  params.push(...text.params)
  return text.sql
}

import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SearchRequest, TimeRange } from '../../port.ts'
import { GroupBatch } from '../fetch/group-batch.ts'
import { newestRows, rowsWithin, type TimedRow } from '../fetch/newest-rows.ts'
import { newestUnits, type RowUnit } from '../fetch/row-units.ts'
import { compareTexts, type Hit, hitAt, newest } from './hits.ts'
import { overlaps } from './prune.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import { groupsIn } from './read-tally.ts'
import type { RowMatcher } from './row-matcher.ts'

/** Rows of one time whose ids are worth reading here; where there are more, DuckDB sorts them better. */
const MAX_TIES = 20_000

/**
 * The newest matching rows, from the columns of the row groups alone, without DuckDB; undefined where very many rows have
 * the same time.
 */
export async function newestInColumns(
  means: ReadMeans,
  plan: QueryPlan,
  matcher: RowMatcher,
  wanted: number,
): Promise<Hit[] | undefined> {
  const { reader, check } = means
  let hits: Hit[] = []
  for (const { unit, newestLeft } of newestUnits(reader, plan.segments, plan.range)) {
    await nextTurn()
    check()
    const { segment, group } = unit
    const from = hits[wanted - 1]?.timestamp ?? plan.range.from
    const rows = matchesIn(means, plan, matcher, unit, { from, to: plan.range.to }, wanted)
    if (rows.length > wanted + MAX_TIES) return undefined
    const found = rows.map(({ row, timestamp }) => hitAt(reader, { segment, group, row }, timestamp))
    hits = newest([...hits, ...found], wanted)
    const last = hits[wanted - 1]
    if (last !== undefined && newestLeft !== undefined && last.timestamp > newestLeft) break
  }
  return hits
}

/**
 * The matching rows of the very time of a row that come behind it; undefined where very many rows have that time.
 */
export function asOldAsInColumns(
  means: ReadMeans,
  plan: QueryPlan,
  matcher: RowMatcher,
  { timestamp, id }: NonNullable<SearchRequest['after']>,
): Hit[] | undefined {
  const { reader } = means
  const { segments, range } = plan
  if (timestamp < range.from || timestamp >= range.to) return []
  const moment = { from: timestamp, to: timestamp + 1n }
  const hits: Hit[] = []
  for (const segment of segments.filter((segment) => overlaps(segment, moment))) {
    const groups = reader.groups(segment)
    for (const touched of groupsIn(groups, moment)) {
      const group = groups.indexOf(touched)
      const rows = matchesIn(means, plan, matcher, { segment, group }, moment, MAX_TIES)
      if (hits.length + rows.length > MAX_TIES) return undefined
      hits.push(...rows.map(({ row }) => hitAt(reader, { segment, group, row }, timestamp)))
    }
  }
  return hits.filter((hit) => compareTexts(hit.id(), id) < 0)
}

/** Matching rows of a row group in a range: all that are among the newest `wanted`, and perhaps some more. */
function matchesIn(
  { reader, tally }: ReadMeans,
  { catalog }: QueryPlan,
  matcher: RowMatcher,
  { segment, group }: Pick<RowUnit, 'segment' | 'group'>,
  range: TimeRange,
  wanted: number,
): TimedRow[] {
  using open = reader.open(segment, group)
  const times = open.times()
  const batch = new GroupBatch(open, segment, catalog)
  const matching = matcher(batch, rowsWithin(times, range))
  tally.add(segment, reader.groups(segment).slice(group, group + 1), batch.columnsRead())
  return newestRows(times, matching, range, wanted)
}

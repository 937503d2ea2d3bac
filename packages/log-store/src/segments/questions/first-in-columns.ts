import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SearchOrder, SearchPosition } from '../../port.ts'
import { type FirstRows, firstRows, rowsWithin, type TimedRow } from '../fetch/first-rows.ts'
import { GroupBatch } from '../fetch/group-batch.ts'
import { type RowUnit, unitsInOrder } from '../fetch/row-units.ts'
import { isBefore, rangeUpTo } from '../fetch/walk-order.ts'
import type { SegmentRange } from '../files/segment-files.ts'
import { compareIds, firstHits, type Hit, hitAt, type Sought } from './hits.ts'
import { overlaps } from './prune.ts'
import { matching, type QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import { groupsIn } from './read-tally.ts'
import type { RowMatcher } from './row-matcher.ts'

/** Rows of one time whose ids are worth reading here; where there are more, DuckDB sorts them better. */
const MAX_TIES = 20_000

/**
 * The first matching rows in an order, from the columns of the row groups alone, without DuckDB; undefined where very many
 * rows have the same time.
 */
export async function firstInColumns(
  means: ReadMeans,
  plan: QueryPlan,
  matcher: RowMatcher,
  { order, wanted, found: tell }: Sought,
): Promise<Hit[] | undefined> {
  const { reader, files, check } = means
  let hits: Hit[] = []
  for await (const { unit, nextTime } of unitsInOrder(means, plan.segments, plan.range, order)) {
    await nextTurn()
    check()
    const { segment, group } = unit
    const worst = hits[wanted - 1]
    const range = worst === undefined ? plan.range : rangeUpTo(order, plan.range, worst.timestamp)
    await files.bring(() => rangesOfQuery(means, plan, unit))
    const rows = await files.reading(() => matchesIn(means, plan, matcher, unit, { range, order, wanted }))
    if (rows.length > wanted + MAX_TIES) return undefined
    const found = rows.map(({ row, timestamp }) => hitAt(reader, { segment, group, row }, timestamp))
    hits = await files.reading(() => firstHits([...hits, ...found], wanted, order))
    await tell?.(hits, nextTime)
    const last = hits[wanted - 1]
    if (last !== undefined && nextTime !== undefined && isBefore(order, last.timestamp, nextTime)) break
  }
  return hits
}

/**
 * The matching rows of the very time of a row that come behind it in an order; undefined where very many rows have that
 * time.
 */
export async function sameTimeInColumns(
  means: ReadMeans,
  plan: QueryPlan,
  matcher: RowMatcher,
  { order, after: { timestamp, id } }: { readonly order: SearchOrder; readonly after: SearchPosition },
): Promise<Hit[] | undefined> {
  const { reader, files } = means
  const { segments, range } = plan
  if (timestamp < range.from || timestamp >= range.to) return []
  const moment = { from: timestamp, to: timestamp + 1n }
  const hits: Hit[] = []
  for (const segment of segments.filter((segment) => overlaps(segment, moment))) {
    const groups = await files.reading(() => reader.groups(segment))
    for (const touched of groupsIn(groups, moment)) {
      const group = groups.indexOf(touched)
      const sought = { range: moment, order, wanted: MAX_TIES }
      await files.bring(() => rangesOfQuery(means, plan, { segment, group }))
      const rows = await files.reading(() => matchesIn(means, plan, matcher, { segment, group }, sought))
      if (hits.length + rows.length > MAX_TIES) return undefined
      hits.push(...rows.map(({ row }) => hitAt(reader, { segment, group, row }, timestamp)))
    }
  }
  return files.reading(() => hits.filter((hit) => compareIds(order, hit.id(), id) > 0))
}

/** Where a row group has the columns that the query can ask for. */
function rangesOfQuery(
  { reader }: ReadMeans,
  plan: QueryPlan,
  { segment, group }: Pick<RowUnit, 'segment' | 'group'>,
): SegmentRange[] {
  const fields = matching(plan, [segment]).source.boundFields()
  return reader.ranges(segment, reader.groups(segment).slice(group, group + 1), fields)
}

/** Matching rows of a row group in a range: all that are among the first `wanted`, and perhaps some more. */
function matchesIn(
  { reader, tally }: ReadMeans,
  { catalog }: QueryPlan,
  matcher: RowMatcher,
  { segment, group }: Pick<RowUnit, 'segment' | 'group'>,
  sought: FirstRows,
): TimedRow[] {
  using open = reader.open(segment, group)
  const times = open.times()
  const batch = new GroupBatch(open, segment, catalog)
  const matching = matcher(batch, rowsWithin(times, sought.range))
  tally.add(segment, reader.groups(segment).slice(group, group + 1), batch.columnsRead())
  return firstRows(times, matching, sought)
}

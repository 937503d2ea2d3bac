import type { LogEvent } from '@heartwood/event'
import type { SearchPage, SearchPosition, SearchRequest, TimeRange } from '../../port.ts'
import { eventsAt } from '../fetch/event-fetch.ts'
import { rangeBehind } from '../fetch/walk-order.ts'
import { candidateGroups } from '../idx/planned-segment.ts'
import { firstInColumns, sameTimeInColumns } from './first-in-columns.ts'
import { findById, firstMatches, matchesOfSameTime } from './first-matches.ts'
import { firstHits, type Sought } from './hits.ts'
import { overlaps } from './prune.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import { groupsIn } from './read-tally.ts'
import { isQuick, type RowMatcher, rowMatcher } from './row-matcher.ts'

/**
 * In an order by (time, id). Row groups are looked through in that order, only by the columns that the query needs, and no
 * further than a page needs; whole events are then read for the rows of the page alone.
 */
export async function searchSegments(
  means: ReadMeans,
  plan: QueryPlan,
  { limit, after, order = 'newest' }: Pick<SearchRequest, 'limit' | 'after' | 'order'>,
): Promise<SearchPage> {
  const wanted = limit + 1
  const sought = { order, wanted }
  const sameTime = after === undefined ? [] : await ofSameTime(means, plan, after, sought)
  const behind = after === undefined ? plan : within(plan, rangeBehind(order, plan.range, after.timestamp))
  const rest = sameTime.length < wanted ? await hitsIn(means, behind, sought) : []
  const hits = firstHits([...sameTime, ...rest], wanted, order)
  const page = hits.slice(0, limit)
  return {
    events: await eventsAt(means.reader, plan.catalog, page, means.check),
    more: hits.length > limit,
  }
}

async function ofSameTime(means: ReadMeans, plan: QueryPlan, after: SearchPosition, sought: Sought) {
  const { order } = sought
  const matcher = matcherFor(means, plan)
  const found = matcher && sameTimeInColumns(means, plan, matcher, { order, after })
  return found ?? (await matchesOfSameTime(means, plan, after, sought))
}

async function hitsIn(means: ReadMeans, plan: QueryPlan, sought: Sought) {
  if (plan.segments.length === 0) return []
  const matcher = matcherFor(means, plan)
  const found = matcher && (await firstInColumns(means, plan, matcher, sought))
  return found ?? (await firstMatches(means, plan, sought))
}

/** Row groups whose texts are looked through here; more of them DuckDB does faster, which has threads. */
const MAX_TEXT_GROUPS = 6

/** What finds the matching rows in their columns; undefined where DuckDB is better at it. */
function matcherFor(
  { reader }: ReadMeans,
  { query, now, segments, range }: QueryPlan,
): RowMatcher | undefined {
  if (isQuick(query)) return rowMatcher(query, now)
  let groups = 0
  for (const segment of segments) {
    groups += groupsIn(candidateGroups(segment, reader.groups(segment)), range).length
    if (groups > MAX_TEXT_GROUPS) return undefined
  }
  return rowMatcher(query, now)
}

/** The event with this id, if the plan's segments have it. */
export async function eventById(
  means: ReadMeans,
  plan: QueryPlan,
  id: string,
): Promise<LogEvent | undefined> {
  const place = await findById(means, plan, id)
  if (place === undefined) return undefined
  const [event] = await eventsAt(means.reader, plan.catalog, [place], means.check)
  return event
}

function within(plan: QueryPlan, range: TimeRange): QueryPlan {
  return { ...plan, range, segments: plan.segments.filter((segment) => overlaps(segment, range)) }
}

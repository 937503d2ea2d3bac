import type { LogEvent } from '@heartwood/event'
import type { SearchPage, SearchRequest, TimeRange } from '../../port.ts'
import { eventsAt } from '../fetch/event-fetch.ts'
import { candidateGroups } from '../idx/planned-segment.ts'
import { newest } from './hits.ts'
import { asOldAsInColumns, newestInColumns } from './newest-in-columns.ts'
import { findById, matchesAsOldAs, newestMatches } from './newest-matches.ts'
import { overlaps } from './prune.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import { groupsIn } from './read-tally.ts'
import { isQuick, type RowMatcher, rowMatcher } from './row-matcher.ts'

/**
 * Newest first by (time, id). Row groups are looked through newest first, only by the columns that the query needs, and
 * no further than a page needs; whole events are then read for the rows of the page alone.
 */
export async function searchSegments(
  means: ReadMeans,
  plan: QueryPlan,
  { limit, after }: Pick<SearchRequest, 'limit' | 'after'>,
): Promise<SearchPage> {
  const wanted = limit + 1
  const sameTime = after === undefined ? [] : await asOldAs(means, plan, after, wanted)
  const older = after === undefined ? plan : within(plan, { from: plan.range.from, to: after.timestamp })
  const rest = sameTime.length < wanted ? await newestHits(means, older, wanted) : []
  const hits = newest([...sameTime, ...rest], wanted)
  const page = hits.slice(0, limit)
  return {
    events: await eventsAt(means.reader, plan.catalog, page, means.check),
    more: hits.length > limit,
  }
}

async function asOldAs(
  means: ReadMeans,
  plan: QueryPlan,
  after: NonNullable<SearchRequest['after']>,
  wanted: number,
) {
  const matcher = matcherFor(means, plan)
  const found = matcher && asOldAsInColumns(means, plan, matcher, after)
  return found ?? (await matchesAsOldAs(means, plan, after, wanted))
}

async function newestHits(means: ReadMeans, plan: QueryPlan, wanted: number) {
  if (plan.segments.length === 0) return []
  const matcher = matcherFor(means, plan)
  const found = matcher && (await newestInColumns(means, plan, matcher, wanted))
  return found ?? (await newestMatches(means, plan, wanted))
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
  const { to } = plan.range
  const narrowed = { from: range.from, to: range.to < to ? range.to : to }
  return {
    ...plan,
    range: narrowed,
    segments: plan.segments.filter((segment) => overlaps(segment, narrowed)),
  }
}

import type { LogEvent } from '@heartwood/event'
import type { SearchPage, SearchPosition, SearchRequest, TimeRange } from '../../port.ts'
import { eventsAt } from '../fetch/event-fetch.ts'
import { rangeBehind } from '../fetch/walk-order.ts'
import { candidateGroups } from '../idx/planned-segment.ts'
import { firstInColumns, sameTimeInColumns } from './first-in-columns.ts'
import { findById, firstMatches, matchesOfSameTime } from './first-matches.ts'
import { firstHits, type Hit, type Sought } from './hits.ts'
import { PageRows } from './page-rows.ts'
import { overlaps } from './prune.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import { groupsIn } from './read-tally.ts'
import { isQuick, type RowMatcher, rowMatcher } from './row-matcher.ts'

/**
 * In an order by (time, id). Row groups are looked through in that order, only by the columns that the query needs, and no
 * further than a page needs; whole events are then read for the rows of the page alone. Those that an earlier attempt handed
 * out are not looked for again.
 */
export async function searchSegments(
  means: ReadMeans,
  plan: QueryPlan,
  request: SearchRequest,
  handedOut: LogEvent[],
): Promise<SearchPage> {
  const { order = 'newest', limit } = request
  const after = handedOut.at(-1) ?? request.after
  const page = new PageRows(means, plan, request, handedOut)
  page.begun(after)
  const sought = { order, wanted: limit - handedOut.length + 1 }
  const { files } = means
  const first = (hits: readonly Hit[]) => files.reading(() => firstHits(hits, sought.wanted, order))
  const sameTime = after === undefined ? [] : await first(await ofSameTime(means, plan, after, sought))
  const behind = after === undefined ? plan : within(plan, rangeBehind(order, plan.range, after.timestamp))
  const found: Sought['found'] = page.isTold
    ? (hits, nextTime) => page.found([...sameTime, ...hits], nextTime)
    : undefined
  const rest = sameTime.length < sought.wanted ? await hitsIn(means, behind, { ...sought, found }) : []
  const hits: readonly Hit[] = await first([...sameTime, ...rest])
  await page.found(hits, undefined)
  return { events: handedOut, more: hits.length === sought.wanted }
}

async function ofSameTime(means: ReadMeans, plan: QueryPlan, after: SearchPosition, sought: Sought) {
  const { order } = sought
  const matcher = await matcherFor(means, plan)
  const found = matcher && (await sameTimeInColumns(means, plan, matcher, { order, after }))
  return found ?? (await matchesOfSameTime(means, plan, after, sought))
}

async function hitsIn(means: ReadMeans, plan: QueryPlan, sought: Sought) {
  if (plan.segments.length === 0) return []
  const matcher = await matcherFor(means, plan)
  const found = matcher && (await firstInColumns(means, plan, matcher, sought))
  return found ?? (await firstMatches(means, plan, sought))
}

/** Row groups whose texts are looked through here; more of them DuckDB does faster, which has threads. */
const MAX_TEXT_GROUPS = 6

/** What finds the matching rows in their columns; undefined where DuckDB is better at it. */
async function matcherFor(
  { reader, files }: ReadMeans,
  { query, now, segments, range }: QueryPlan,
): Promise<RowMatcher | undefined> {
  if (isQuick(query)) return rowMatcher(query, now)
  let groups = 0
  for (const segment of segments) {
    const all = await files.reading(() => reader.groups(segment))
    groups += groupsIn(candidateGroups(segment, all), range).length
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
  const [event] = await eventsAt(means, plan.catalog, [place])
  return event
}

function within(plan: QueryPlan, range: TimeRange): QueryPlan {
  return { ...plan, range, segments: plan.segments.filter((segment) => overlaps(segment, range)) }
}

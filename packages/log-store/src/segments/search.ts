import type { LogEvent } from '@heartwood/event'
import { LogStoreError, type SearchPage, type SearchRequest, type TimeRange } from '../port.ts'
import type { Run } from './duckdb-engine.ts'
import { eventsAt } from './fetch/event-fetch.ts'
import type { RowReader } from './fetch/row-reader.ts'
import { newest } from './hits.ts'
import { findById, matchesAsOldAs, newestMatches } from './newest-matches.ts'
import { newestOfAll } from './newest-of-all.ts'
import { overlaps } from './prune.ts'
import type { QueryPlan } from './query-plan.ts'

/** What a search reads with: DuckDB finds rows, the row reader fetches their events. */
export interface SearchMeans {
  readonly run: Run
  readonly reader: RowReader
  readonly signal: AbortSignal | undefined
}

/**
 * Newest first by (time, id). Row groups are looked through newest first, only by the columns that the query needs, and
 * no further than a page needs; whole events are then read for the rows of the page alone.
 */
export async function searchSegments(
  means: SearchMeans,
  plan: QueryPlan,
  { limit, after }: Pick<SearchRequest, 'limit' | 'after'>,
): Promise<SearchPage> {
  const wanted = limit + 1
  const sameTime = after === undefined ? [] : await matchesAsOldAs(means, plan, after, wanted)
  const older = after === undefined ? plan : within(plan, { from: plan.range.from, to: after.timestamp })
  const rest = sameTime.length < wanted ? await newestHits(means, older, wanted) : []
  const hits = newest([...sameTime, ...rest], wanted)
  const page = hits.slice(0, limit)
  return {
    events: await eventsAt(means.reader, plan.catalog, page, checkOf(means.signal)),
    more: hits.length > limit,
  }
}

async function newestHits(means: SearchMeans, plan: QueryPlan, wanted: number) {
  const check = checkOf(means.signal)
  const all = plan.query.kind === 'all' ? await newestOfAll(means.reader, plan, wanted, check) : undefined
  return all ?? (await newestMatches(means, plan, wanted))
}

/** The event with this id, if the plan's segments have it. */
export async function eventById(
  means: SearchMeans,
  plan: QueryPlan,
  id: string,
): Promise<LogEvent | undefined> {
  const place = await findById(means, plan, id)
  if (place === undefined) return undefined
  const [event] = await eventsAt(means.reader, plan.catalog, [place], checkOf(means.signal))
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

function checkOf(signal: AbortSignal | undefined): () => void {
  return () => {
    if (signal?.aborted) throw new LogStoreError('aborted', 'the query was cancelled')
  }
}

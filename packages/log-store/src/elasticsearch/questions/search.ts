import type { LogEvent } from '@heartwood/event'
import type { SearchPage, SearchRequest } from '../../port.ts'
import { type Asking, askSearch, throwIfAborted } from './asking.ts'
import { candidates, type EventPlan } from './event-plan.ts'
import { type Found, foundIn, isMatch, placeOf, scan } from './event-scan.ts'
import { tellRead } from './totals.ts'

/** Pages up to this size take one request, and no point in time. */
const ONE_REQUEST = 1_000
/** So many candidates are looked at first where not all of them match. */
const FEW = 250

/** A page by (time, id); what the index let through is asked of the query where it could not decide. */
export async function searchPage(
  asking: Asking,
  plan: EventPlan,
  request: SearchRequest,
): Promise<SearchPage> {
  const { limit, signal, onRows, onProgress } = request
  const read = await tellRead(asking, plan, request)
  const events: LogEvent[] = []
  if (plan.isEmpty) return { events, more: false }
  let looked = 0
  for await (const found of pages(asking, plan, request)) {
    looked += found.length
    const matches = found.filter((one) => isMatch(plan, one)).map(({ event }) => event)
    const more = events.length + matches.length > limit
    const told = matches.slice(0, limit - events.length)
    events.push(...told)
    if (told.length > 0) onRows?.(told)
    throwIfAborted(signal)
    const reached = more ? told.at(-1) : found.at(-1)?.event
    if (reached !== undefined) {
      const { timestamp, id } = reached
      const of = { rows: Math.max(read.rows, looked), segments: 0 }
      onProgress?.({ rows: looked, bytes: 0, segments: 0, of, reached: { timestamp, id } })
    }
    if (more) return { events, more }
  }
  return { events, more: false }
}

/** Candidates in order, page by page. */
async function* pages(
  asking: Asking,
  plan: EventPlan,
  { limit, order = 'newest', after }: SearchRequest,
): AsyncGenerator<Found[]> {
  const direction = order === 'newest' ? 'desc' : 'asc'
  const sort = [{ timestamp: direction }, { id: direction }]
  const query = candidates(plan)
  let behind = after && placeOf(after)
  // One more says whether there is more.
  const size = limit + 1
  if (plan.exact && size <= ONE_REQUEST) {
    const answer = await askSearch(asking, {
      query,
      size,
      sort,
      track_total_hits: false,
      ...(behind && { search_after: behind }),
    })
    const found = foundIn(answer)
    if (found.length > 0) yield found
    if (found.length < size) return
    behind = placeOf(found.at(-1)?.event)
  }
  yield* scan(asking, { query, sort, first: Math.max(FEW, size), ...(behind && { after: behind }) })
}

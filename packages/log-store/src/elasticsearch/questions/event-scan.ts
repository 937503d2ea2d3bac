import type { LogEvent } from '@heartwood/event'
import type { Clause } from '@heartwood/query-lang'
import { z } from 'zod'
import { readDocument } from '../read-document.ts'
import { type Asking, ask, askSearch, type SearchAnswer } from './asking.ts'
import type { EventPlan } from './event-plan.ts'

/** Elasticsearch gives at most 10,000 at once. */
const PAGE = 5_000
const KEEP_ALIVE = '2m'

export interface Scan {
  readonly query: Clause | object
  /** In the order of the index, which is the fastest, unless it is said. */
  readonly sort?: readonly object[]
  /** Behind this place of `sort`. */
  readonly after?: readonly unknown[]
  /** Events of the first page, where few may do; the next ones have more and more. */
  readonly first?: number
}

/** An event as it was found, with what says whether its index knew it wholly. */
export interface Found {
  readonly event: LogEvent
  readonly inexact: boolean
}

/** All events of a query, page by page, as of one point in time. */
export async function* scan(
  asking: Asking,
  { query, sort, after, first = PAGE }: Scan,
): AsyncGenerator<Found[]> {
  const opened = await openPointInTime(asking)
  if (opened === undefined) return
  let pit = opened
  let behind = after
  let page = Math.min(first, PAGE)
  try {
    for (;;) {
      const answer = await askSearch(asking, {
        pit: { id: pit, keep_alive: KEEP_ALIVE },
        query,
        size: page,
        track_total_hits: false,
        sort: sort ?? ['_shard_doc'],
        ...(behind && { search_after: behind }),
      })
      pit = answer.pit_id ?? pit
      const found = foundIn(answer)
      if (found.length > 0) yield found
      if (found.length < page) return
      page = Math.min(page * 4, PAGE)
      behind = sort === undefined ? answer.hits.hits.at(-1)?.sort : placeOf(found.at(-1)?.event)
    }
  } finally {
    await closePointInTime(asking, pit)
  }
}

/** Whether a found event matches: asked of itself where the index cannot have decided. */
export function isMatch(plan: EventPlan, { event, inexact }: Found): boolean {
  return (plan.exact && !inexact) || plan.matches(event)
}

/** The matches among what a scan finds. @param onLooked told how many events were looked at, after each page */
export async function* eachMatch(
  asking: Asking,
  plan: EventPlan,
  where: Clause | object,
  onLooked: (rows: number) => void = () => {},
): AsyncGenerator<LogEvent[]> {
  for await (const found of scan(asking, { query: where })) {
    yield found.filter((one) => isMatch(plan, one)).map(({ event }) => event)
    onLooked(found.length)
  }
}

export function foundIn({ hits }: SearchAnswer): Found[] {
  return hits.hits.map(({ _source }) => ({
    event: readDocument(_source),
    inexact: Marks.parse(_source).inexact === true,
  }))
}

const Marks = z.object({ inexact: z.boolean().optional() })

/** The place of an event in the order by time and id, as `search_after` takes it: exact, other than the answer's own. */
export function placeOf(event: Pick<LogEvent, 'timestamp' | 'id'> | undefined): string[] {
  return event === undefined ? [] : [String(event.timestamp), event.id.toWellFormed()]
}

const PointInTime = z.object({ id: z.string() })

async function openPointInTime(asking: Asking): Promise<string | undefined> {
  const answer = await ask(asking, {
    method: 'POST',
    path: `/${encodeURIComponent(asking.indices)}/_pit`,
    query: { keep_alive: KEEP_ALIVE },
  })
  return answer === undefined ? undefined : PointInTime.parse(answer).id
}

/** Also of a question that was withdrawn. One that cannot be closed ends by itself. */
async function closePointInTime(asking: Asking, id: string): Promise<void> {
  const patient = { ...asking, signal: undefined }
  await ask(patient, { method: 'DELETE', path: '/_pit', body: { id } }).catch(() => undefined)
}

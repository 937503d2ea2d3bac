import { z } from 'zod'
import { statusOf } from '../connection.ts'
import { askPatiently, type Patience } from './patient-asking.ts'

const Opened = z.object({ id: z.string() })
const Page = z.object({
  pit_id: z.string(),
  hits: z.object({
    hits: z.array(
      z.object({ _index: z.string(), _id: z.string(), _source: z.unknown(), sort: z.array(z.unknown()) }),
    ),
  }),
})

/** A document that a scan finds. */
export interface Scanned {
  readonly index: string
  /** As Elasticsearch has it. */
  readonly id: string
  readonly source: unknown
}

const PAGE = 1_000
const KEEP_ALIVE = '5m'

/**
 * All documents of some indices that a filter takes, page by page, as they are when it begins.
 * @param source what is wanted of each; without it all
 */
export async function* scan(
  patience: Patience,
  indices: string,
  filter: object,
  source?: { readonly excludes: readonly string[] },
): AsyncGenerator<readonly Scanned[], void> {
  const opened = await askPatiently(patience, {
    method: 'POST',
    path: `/${encodeURIComponent(indices)}/_pit`,
    query: { keep_alive: KEEP_ALIVE, ignore_unavailable: true },
  }).catch(noneIfMissing)
  if (opened === undefined) return
  let { id } = Opened.parse(opened)
  let after: readonly unknown[] | undefined
  try {
    for (;;) {
      const answer = await askPatiently(patience, {
        method: 'POST',
        path: '/_search',
        query: { allow_partial_search_results: false },
        body: {
          size: PAGE,
          query: filter,
          pit: { id, keep_alive: KEEP_ALIVE },
          sort: ['_shard_doc'],
          track_total_hits: false,
          ...(source && { _source: source }),
          ...(after && { search_after: after }),
        },
      })
      const page = Page.parse(answer)
      id = page.pit_id
      const { hits } = page.hits
      if (hits.length > 0)
        yield hits.map(({ _index, _id, _source }) => ({ index: _index, id: _id, source: _source }))
      if (hits.length < PAGE) return
      after = hits.at(-1)?.sort
    }
  } finally {
    // It ends by itself later.
    await patience.connection.ask({ method: 'DELETE', path: '/_pit', body: { id } }).catch(() => undefined)
  }
}

/** Where no index is there yet, nothing is in them. */
function noneIfMissing(error: unknown): undefined {
  if (statusOf(error) !== 404) throw error
}

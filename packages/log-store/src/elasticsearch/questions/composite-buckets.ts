import type { Clause } from '@heartwood/query-lang'
import { z } from 'zod'
import { type Asking, askSearch } from './asking.ts'

/** Elasticsearch allows 65,536 buckets in an answer. */
const PAGE = 10_000

export interface CompositeQuestion<B extends z.ZodType> {
  /** All events, unless it is said. */
  readonly query?: Clause
  /** What the buckets are made by, a name and its source each. */
  readonly sources: readonly object[]
  /** Wanted of each bucket. */
  readonly aggs?: object
  readonly runtime_mappings?: object
  /** What a bucket looks like. */
  readonly bucket: B
}

/** All buckets with their exact counts, a page of them at a time; none where nothing is stored. */
export async function* compositeBuckets<B extends z.ZodType>(
  asking: Asking,
  { query, sources, aggs, runtime_mappings, bucket }: CompositeQuestion<B>,
): AsyncGenerator<readonly z.output<B>[]> {
  const Page = z.object({
    after_key: z.record(z.string(), z.unknown()).optional(),
    buckets: z.array(bucket),
  })
  let after: Readonly<Record<string, unknown>> | undefined
  do {
    const { aggregations } = await askSearch(asking, {
      ...(query && { query }),
      size: 0,
      track_total_hits: false,
      ...(runtime_mappings && { runtime_mappings }),
      aggs: {
        groups: {
          composite: { size: PAGE, sources, ...(after && { after }) },
          ...(aggs && { aggs }),
        },
      },
    })
    if (aggregations === undefined) return
    const { buckets, after_key } = Page.parse(aggregations.groups)
    yield buckets
    after = buckets.length < PAGE ? undefined : after_key
  } while (after !== undefined)
}

import type { Clause } from '@heartwood/query-lang'
import type { CountRequest, ReadStats } from '../../port.ts'
import { type Asking, askSearch } from './asking.ts'
import type { EventPlan } from './event-plan.ts'

/** How many documents a clause finds. */
export async function total(asking: Asking, query: Clause): Promise<number> {
  const { hits } = await askSearch(asking, { query, size: 0, track_total_hits: true })
  return hits.total?.value ?? 0
}

/** Tells what is looked at, where that is asked for: the events of the range, since an index does not say what it leaves out of them. */
export async function tellRead(
  asking: Asking,
  { range, isEmpty }: EventPlan,
  { onRead, onProgress }: Pick<CountRequest, 'onRead'> & { readonly onProgress?: unknown },
): Promise<ReadStats> {
  const isAsked = onRead !== undefined || onProgress !== undefined
  const rows = isEmpty || !isAsked ? 0 : await total(asking, range)
  const read = { rows, bytes: 0, segments: 0 }
  onRead?.(read)
  return read
}

import type { Clause } from '@heartwood/query-lang'
import type { QueryRequest, ReadStats } from '../../port.ts'
import { type Asking, askSearch } from './asking.ts'
import type { EventPlan } from './event-plan.ts'

/** How many documents a clause finds. */
export async function total(asking: Asking, query: Clause): Promise<number> {
  const { hits } = await askSearch(asking, { query, size: 0, track_total_hits: true })
  return hits.total?.value ?? 0
}

/** Tells what is looked at: the events of the range, since what an index leaves out of them it does not say. */
export async function tellRead(
  asking: Asking,
  { range, isEmpty }: EventPlan,
  onRead: QueryRequest['onRead'],
): Promise<ReadStats> {
  const rows = isEmpty ? 0 : await total(asking, range)
  const read = { rows, bytes: 0, segments: 0 }
  onRead?.(read)
  return read
}

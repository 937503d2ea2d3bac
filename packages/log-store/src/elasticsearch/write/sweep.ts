import type { Nanos } from '@heartwood/event'
import { compilePredicate } from '@heartwood/query-lang'
import type { DeleteRequest } from '../../port.ts'
import { statusOf } from '../connection.ts'
import { readDocument } from '../read-document.ts'
import { type Operation, removeOperation } from './operations.ts'
import { askPatiently, type Patience } from './patient-asking.ts'
import { scan } from './scan.ts'

/**
 * Removes what a delete covers of what is stored by now; gives how many events that were. The predicate decides on each
 * event itself, so it deletes exactly what `search` finds.
 */
export async function sweep(
  patience: Patience,
  prefix: string,
  { query, range }: DeleteRequest,
  at: Nanos,
  remove: (operations: readonly Operation[]) => Promise<unknown>,
): Promise<number> {
  const matches = compilePredicate(query, at)
  const filter = { range: { timestamp: { gte: String(range.from), lt: String(range.to) } } }
  await refresh(patience, `${prefix}*`)
  let removed = 0
  for await (const page of scan(patience, `${prefix}*`, filter)) {
    const found = page.filter(({ source }) => matches(readDocument(source)))
    await remove(found.map(({ index, id }) => removeOperation(index, id)))
    removed += found.length
  }
  return removed
}

/** Makes searchable what was stored before the call. */
export async function refresh(patience: Patience, indices: string): Promise<void> {
  await askPatiently(patience, {
    method: 'POST',
    path: `/${encodeURIComponent(indices)}/_refresh`,
    query: { ignore_unavailable: true },
  }).catch((error: unknown) => {
    if (statusOf(error) !== 404) throw error
  })
}

import { MAX_NANOS, type Nanos } from '@heartwood/event'
import type { DeleteRequest } from '../../port.ts'
import { statusOf } from '../connection.ts'
import { eventIndices } from '../names.ts'
import { candidates, type EventPlan, everyEvent, planOf } from '../questions/event-plan.ts'
import { readDocument } from '../read-document.ts'
import { type Operation, removeOperation } from './operations.ts'
import { askPatiently, type Patience } from './patient-asking.ts'
import { scan } from './scan.ts'

/**
 * Removes what a delete covers of what is stored by now; gives how many events that were. The indices narrow what is looked
 * at, and the predicate decides on each event itself: so it deletes exactly what `search` finds.
 * @param acceptedBefore leaves alone what was accepted after it; without it everything stored goes
 */
export async function sweep(
  patience: Patience,
  prefix: string,
  request: DeleteRequest,
  at: Nanos,
  remove: (operations: readonly Operation[]) => Promise<unknown>,
  acceptedBefore: Nanos = MAX_NANOS,
): Promise<number> {
  const plan = acceptedUntil(planOf(request, at), acceptedBefore)
  if (plan.isEmpty) return 0
  await refresh(patience, eventIndices(prefix))
  try {
    return await sweepCandidates(patience, prefix, plan, remove)
  } catch (error) {
    // A query that Elasticsearch will not take.
    if (statusOf(error) !== 400) throw error
    return sweepCandidates(patience, prefix, everyEvent(plan), remove)
  }
}

function acceptedUntil(plan: EventPlan, last: Nanos): EventPlan {
  if (last >= MAX_NANOS) return plan
  const accepted = { range: { observed_at: { lte: String(last) } } }
  return {
    ...plan,
    range: { bool: { filter: [plan.range, accepted] } },
    matches: (event) => event.observed_at <= last && plan.matches(event),
  }
}

async function sweepCandidates(
  patience: Patience,
  prefix: string,
  plan: EventPlan,
  remove: (operations: readonly Operation[]) => Promise<unknown>,
): Promise<number> {
  let removed = 0
  for await (const page of scan(patience, eventIndices(prefix), candidates(plan))) {
    const found = page.filter(({ source }) => plan.matches(readDocument(source)))
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

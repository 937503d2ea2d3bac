import type { DeadLetterFilter, Nanos } from '@heartwood/event'
import { timeOf } from '../questions/question-scope.ts'

/** The filter as clients write it. */
export interface GivenFilter {
  readonly id?: string | undefined
  readonly door?: string | undefined
  readonly step?: string | undefined
  readonly reason?: string | undefined
  readonly batch_id?: string | undefined
  readonly from_time?: string | undefined
  readonly to_time?: string | undefined
}

/** Throws `invalid_parameter` for a time that is none. */
export function letterFilter(given: GivenFilter, now: Nanos): DeadLetterFilter {
  const { id, door, step, reason, batch_id: batchId, from_time, to_time } = given
  return {
    id,
    door,
    step,
    reason,
    batchId,
    from: from_time === undefined ? undefined : timeOf('from_time', from_time, now),
    to: to_time === undefined ? undefined : timeOf('to_time', to_time, now),
  }
}

/** How the operating system is to treat the indexer's threads beside those that answer questions. */
export type Priority = 'normal' | 'behind queries'

export interface PriorityState {
  readonly priority: Priority
  /** Since when it has kept up, milliseconds; undefined while it does not. */
  readonly keepsUpSince: number | undefined
}

export const AT_START: PriorityState = { priority: 'normal', keepsUpSince: undefined }

/** More is noticed by people, and grows if nothing is done. */
const BEHIND_MILLIS = 300
const KEEPS_UP_MILLIS = 200
/** A while, so that two loads that take turns do not make the priority go up and down. */
const CALM_MILLIS = 3_000

/**
 * Threads by lag: who falls behind is treated like everybody at once; who has kept up for a while lets questions go
 * first. In between it stays as it is.
 * @param lagMillis age of the oldest batch that is not searchable yet
 */
export function nextPriority(state: PriorityState, lagMillis: number, now: number): PriorityState {
  if (lagMillis > BEHIND_MILLIS) return { priority: 'normal', keepsUpSince: undefined }
  if (lagMillis > KEEPS_UP_MILLIS) return { ...state, keepsUpSince: undefined }
  const keepsUpSince = state.keepsUpSince ?? now
  const isCalm = now - keepsUpSince >= CALM_MILLIS
  return { priority: isCalm ? 'behind queries' : state.priority, keepsUpSince }
}

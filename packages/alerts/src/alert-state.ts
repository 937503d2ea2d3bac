import type { Rule } from './rule.ts'

/**
 * What is remembered of a rule, or of one group of it, between evaluations. Times are epoch milliseconds.
 *
 *        breached           held for `for`           no longer breached
 *   ok ------------> pending ------------> firing ---------------------> resolved --> pending ...
 *    <------------- (no longer breached)
 *
 * An evaluation that failed is no answer: it changes nothing of this, and is remembered in `unknown`.
 */
export interface AlertState {
  readonly status: AlertStatus
  /** Since when it has this status. */
  readonly since: number
  /** The count of the last evaluation that worked. */
  readonly value: number | null
  /** When that was; everything up to then has been looked at. */
  readonly evaluatedAt: number | null
  /** When `firing` was last sent. */
  readonly notifiedAt: number | null
  /** Why and since when it cannot be evaluated; `notifiedAt` as above, for `unknown`. */
  readonly unknown: {
    readonly since: number
    readonly reason: string
    readonly notifiedAt: number | null
  } | null
}

export const ALERT_STATUSES = ['ok', 'pending', 'firing', 'resolved'] as const
export type AlertStatus = (typeof ALERT_STATUSES)[number]

/** What one evaluation found. No answer is not the answer zero. */
export type Outcome =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'unknown'; readonly reason: string }

/**
 * What is told to the receivers. `firing` comes first and after every `repeat`; `unknown` when a rule could not be
 * evaluated for a while (and after every `repeat`), `known` when it can be again.
 */
export const NOTICES = ['firing', 'resolved', 'unknown', 'known'] as const
export type Notice = (typeof NOTICES)[number]

export interface Step {
  readonly state: AlertState
  readonly notices: readonly Notice[]
}

/** A rule is silent about failed evaluations for this long: a restart of the query app is no news. */
const UNKNOWN_MILLIS = 5 * 60_000

export function newAlert(now: number): AlertState {
  return { status: 'ok', since: now, value: null, evaluatedAt: null, notifiedAt: null, unknown: null }
}

/** The state after one evaluation, and what is to be told. `now` must not be decided in here. */
export function step(rule: Rule, state: AlertState, outcome: Outcome, now: number): Step {
  if (outcome.kind === 'unknown') return stepUnknown(rule, state, outcome.reason, now)
  const known: AlertState = { ...state, value: outcome.count, evaluatedAt: now, unknown: null }
  const next = outcome.count > rule.moreThan ? breached(rule, known, now) : calm(known, now)
  const again: Notice[] = state.unknown !== null && state.unknown.notifiedAt !== null ? ['known'] : []
  return { state: next.state, notices: [...again, ...next.notices] }
}

function stepUnknown(rule: Rule, state: AlertState, reason: string, now: number): Step {
  const { since, notifiedAt } = state.unknown ?? { since: now, notifiedAt: null }
  const tell = now - since >= UNKNOWN_MILLIS && (notifiedAt === null || now - notifiedAt >= rule.repeat)
  return {
    state: { ...state, unknown: { since, reason, notifiedAt: tell ? now : notifiedAt } },
    notices: tell ? ['unknown'] : [],
  }
}

function breached(rule: Rule, state: AlertState, now: number): Step {
  if (state.status === 'firing') {
    const repeat = state.notifiedAt === null || now - state.notifiedAt >= rule.repeat
    return repeat ? { state: { ...state, notifiedAt: now }, notices: ['firing'] } : { state, notices: [] }
  }
  const pending: AlertState = state.status === 'pending' ? state : { ...state, status: 'pending', since: now }
  const resting = state.status === 'resolved' && now - state.since < rule.cooldown
  if (resting) return { state, notices: [] }
  if (now - pending.since < rule.for) return { state: pending, notices: [] }
  return { state: { ...pending, status: 'firing', since: now, notifiedAt: now }, notices: ['firing'] }
}

function calm(state: AlertState, now: number): Step {
  switch (state.status) {
    case 'firing':
      return { state: { ...state, status: 'resolved', since: now }, notices: ['resolved'] }
    case 'pending':
      return { state: { ...state, status: 'ok', since: now }, notices: [] }
    case 'ok':
    case 'resolved':
      return { state, notices: [] }
  }
}

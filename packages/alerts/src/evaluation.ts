import { parse, print, type Query } from '@heartwood/query-lang'
import { type AlertState, type Notice, newAlert, type Outcome, step } from './alert-state.ts'
import type { Rule } from './rule.ts'

/** The state of a rule as a whole is kept under this group; groups proper are never empty. */
export const WHOLE_RULE = ''

/** The time a question covers, epoch milliseconds, `to` exclusive. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** A `match` rule looks back over a gap this long at most. */
const CATCH_UP_MILLIS = 3_600_000

/**
 * What the rule looks at now. A `match` rule goes back to where its last evaluation began to be late, so that what was
 * seen while the alerter was down is still seen; a threshold is a rate and always its own window.
 */
export function windowOf(rule: Rule, state: AlertState | undefined, now: number): Window {
  const from = now - rule.window
  const evaluated = state?.evaluatedAt
  if (rule.kind !== 'match' || evaluated === null || evaluated === undefined) return { from, to: now }
  return {
    from: Math.max(now - CATCH_UP_MILLIS, Math.min(from, evaluated - (rule.window - rule.every))),
    to: now,
  }
}

/** What the store answered for a rule. */
export type Evaluation =
  | { readonly kind: 'unknown'; readonly reason: string }
  | { readonly kind: 'count'; readonly count: number }
  /** Counts per group. `complete` is false where groups with fewer events may have been left out. */
  | { readonly kind: 'groups'; readonly counts: ReadonlyMap<string, number>; readonly complete: boolean }

export interface RuleStep {
  /** The states that changed; null: the group is forgotten. */
  readonly states: ReadonlyMap<string, AlertState | null>
  readonly notices: readonly { readonly group: string; readonly notice: Notice; readonly state: AlertState }[]
}

/**
 * One evaluation of a rule with all its groups. With groups, the state of the whole rule only says whether it can be
 * evaluated; a group that is no longer found counts zero, and is forgotten when it has been calm for the cooldown.
 */
export function stepRule(
  rule: Rule,
  states: ReadonlyMap<string, AlertState>,
  evaluation: Evaluation,
  now: number,
): RuleStep {
  const next = new Map<string, AlertState | null>()
  const notices: RuleStep['notices'][number][] = []
  const apply = (group: string, outcome: Outcome): void => {
    const before = states.get(group) ?? newAlert(now)
    const after = step(rule, before, outcome, now)
    const forgotten =
      group !== WHOLE_RULE &&
      (after.state.status === 'ok' ||
        (after.state.status === 'resolved' && now - after.state.since >= rule.cooldown)) &&
      after.notices.length === 0
    if (!forgotten) next.set(group, after.state)
    else if (states.has(group)) next.set(group, null)
    for (const notice of after.notices) notices.push({ group, notice, state: after.state })
  }
  if (evaluation.kind !== 'groups') {
    apply(WHOLE_RULE, evaluation)
    return { states: next, notices }
  }
  apply(WHOLE_RULE, { kind: 'count', count: 0 })
  for (const [group, count] of evaluation.counts)
    if (group !== WHOLE_RULE) apply(group, { kind: 'count', count })
  const smallest = Math.min(...evaluation.counts.values())
  const absentAreCalm = evaluation.complete || smallest <= rule.moreThan
  for (const group of states.keys())
    if (group !== WHOLE_RULE && !evaluation.counts.has(group) && absentAreCalm)
      apply(group, { kind: 'count', count: 0 })
  return { states: next, notices }
}

/** The rule's query, narrowed to one group. */
export function queryOf(rule: Rule, group: string): string {
  if (rule.groupBy === undefined || group === WHOLE_RULE) return rule.query
  const { query } = parse(rule.query)
  const span = { start: 0, end: 0 }
  const only: Query = { kind: 'field', field: rule.groupBy, match: { kind: 'equals', value: group }, span }
  return print({ kind: 'and', terms: query.kind === 'and' ? [...query.terms, only] : [query, only] })
}

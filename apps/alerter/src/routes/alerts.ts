import { type AlertStatus, conditionText, type Rule, WHOLE_RULE } from '@heartwood/alerts'
import type { AlertJson, AlertsOutput } from '@heartwood/api'
import type { Database, StoredAlertState } from '@heartwood/db'
import { AppError } from '@heartwood/runtime'

/** The rules in force with what is known of them, in the order of the file. Throws `unavailable` while PostgreSQL is away. */
export async function alertsOutput(database: Database, rules: readonly Rule[]): Promise<AlertsOutput> {
  const [states, errors] = await Promise.all([
    database.alertStates.all(),
    database.notifications.deliveryErrors(),
  ]).catch((cause: unknown) => {
    throw new AppError('unavailable', 'PostgreSQL does not answer, and the state of the alerts is there.', {
      cause,
      retryAfterSeconds: 2,
    })
  })
  const byRule = Map.groupBy(states, (state) => state.ruleId)
  return { rules: rules.map((rule) => alertJson(rule, byRule.get(rule.id) ?? [], errors.get(rule.id))) }
}

/** A rule with groups shows its worst one. */
export function alertJson(
  rule: Rule,
  states: readonly StoredAlertState[],
  deliveryError: string | undefined,
): AlertJson {
  const whole = states.find(({ group }) => group === WHOLE_RULE)
  const shown = states
    .filter(({ group }) => rule.groupBy === undefined || group !== WHOLE_RULE)
    .toSorted((a, b) => rank(b.status) - rank(a.status) || (b.value ?? 0) - (a.value ?? 0))[0]
  const state = shown ?? whole
  return {
    name: rule.name,
    ...(rule.description !== undefined && { description: rule.description }),
    severity: rule.severity,
    query: rule.query,
    condition: conditionText(rule),
    state: STATE_OF[state?.status ?? 'ok'],
    since: iso(state?.since),
    value: state?.value ?? null,
    evaluated_at: iso(whole?.evaluatedAt),
    logs: logsOf(rule, state, whole?.evaluatedAt ?? null),
    error: whole?.unknown?.reason ?? deliveryError ?? null,
  }
}

/** What was counted when it began to fire, and everything since; of a calm rule what was counted last. */
function logsOf(
  rule: Rule,
  state: StoredAlertState | undefined,
  evaluatedAt: number | null,
): AlertJson['logs'] {
  if (evaluatedAt === null) return null
  const begun = state?.status === 'firing' ? Math.min(state.since, evaluatedAt) - rule.for : evaluatedAt
  return {
    from_time: new Date(begun - rule.window).toISOString(),
    to_time: new Date(evaluatedAt).toISOString(),
  }
}

const STATE_OF = {
  ok: 'inactive',
  pending: 'pending',
  firing: 'firing',
  resolved: 'inactive',
} as const satisfies Record<AlertStatus, AlertJson['state']>

function rank(status: AlertStatus): number {
  return ['inactive', 'pending', 'firing'].indexOf(STATE_OF[status])
}

function iso(millis: number | null | undefined): string | null {
  return millis === null || millis === undefined ? null : new Date(millis).toISOString()
}

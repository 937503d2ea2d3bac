import type { AlertJson } from '@heartwood/api'
import { DEFAULT_FROM, DEFAULT_TO, searchHref } from '../search/search-url.ts'

export interface AlertLine {
  readonly name: string
  readonly severity: AlertJson['severity']
  readonly state: AlertJson['state']
  readonly condition: string
  readonly description: string | undefined
  readonly error: string | undefined
  /** Epoch milliseconds since it is in this state. */
  readonly since: number | undefined
  readonly value: number | undefined
  /** The page with exactly the logs the rule counted. */
  readonly href: string
  readonly search: { readonly query: string; readonly from: string; readonly to: string }
}

export interface AlertsView {
  /** Firing first, then by severity and name. */
  readonly lines: readonly AlertLine[]
  readonly firing: number
  readonly failing: number
  readonly worst: AlertJson['severity'] | undefined
}

const STATES: readonly AlertJson['state'][] = ['firing', 'pending', 'inactive']
const SEVERITIES: readonly AlertJson['severity'][] = ['critical', 'warning', 'info']

export function prepareAlerts(rules: readonly AlertJson[]): AlertsView {
  const lines = rules
    .map(lineOf)
    .sort(
      (a, b) =>
        STATES.indexOf(a.state) - STATES.indexOf(b.state) ||
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        a.name.localeCompare(b.name),
    )
  const firing = lines.filter((line) => line.state === 'firing')
  return {
    lines,
    firing: firing.length,
    failing: lines.filter((line) => line.error !== undefined).length,
    worst: firing[0]?.severity,
  }
}

function lineOf(rule: AlertJson): AlertLine {
  const since = rule.since === null ? undefined : Date.parse(rule.since)
  const { from_time: from, to_time: to } = rule.logs ?? { from_time: DEFAULT_FROM, to_time: DEFAULT_TO }
  const search = { query: rule.query, from, to }
  return {
    name: rule.name,
    severity: rule.severity,
    state: rule.state,
    condition: rule.condition,
    description: rule.description,
    error: rule.error ?? undefined,
    since,
    value: rule.value ?? undefined,
    href: `/${searchHref(search)}`,
    search,
  }
}

import type { App } from '@heartwood/runtime'
import type { AlerterMetrics } from '../alerter-metrics.ts'
import type { Schedule } from '../evaluation/schedule.ts'
import type { LiveRules } from './live-rules.ts'

export interface InForceParts {
  readonly rules: LiveRules
  readonly evaluations: Pick<Schedule, 'replace'>
  /** Forgets the states of all rules but these. */
  readonly forgetOthers: (ruleIds: readonly string[]) => Promise<unknown>
  readonly metrics: AlerterMetrics
  readonly app: App
}

/** Evaluates what the file says, now and after each change; says in log, metrics and /readyz when it has a mistake. */
export function keepRulesInForce({ rules, evaluations, forgetOthers, metrics, app }: InForceParts): void {
  rules.listen(() => {
    const { current, problems } = rules
    const inForce = current?.rules ?? []
    metrics.rules.set(inForce.length)
    metrics.rulesFileBroken.set(problems.length > 0 ? 1 : 0)
    if (problems.length > 0) {
      const said = `the alert rules file has a mistake, ${inForce.length} rules read before it are in force: ${problems.join('; ')}`
      app.log.error(said)
      app.warnings?.set('rules', said)
      return
    }
    app.warnings?.delete('rules')
    app.log.info(`${inForce.length} alert rules are in force`)
    evaluations.replace(inForce)
    // A rule that is gone forgets its state: it would otherwise go on where it was if it ever came back.
    forgetOthers(inForce.map(({ id }) => id)).catch((error: unknown) => {
      app.log.error({ err: error }, 'the states of rules that are gone could not be removed')
    })
  })
}

import type { Evaluation, Rule } from '@heartwood/alerts'
import type { App } from '@heartwood/runtime'
import type { AlerterMetrics } from '../alerter-metrics.ts'

/** Log and metrics of evaluations. What goes wrong is logged when it begins and when it ends, not every time. */
export interface OutcomeReport {
  evaluated(rule: Rule, evaluation: Evaluation): void
  /** The outcome could not be stored. */
  failed(rule: Rule, error: unknown): void
}

export function reportOutcomes(log: App['log'], metrics: AlerterMetrics): OutcomeReport {
  const troubles = new Map<string, string>()
  const trouble = (rule: Rule, reason: string): void => {
    if (troubles.get(rule.id) !== reason)
      log.warn({ rule: rule.id }, `rule ${rule.id} cannot be evaluated: ${reason}`)
    troubles.set(rule.id, reason)
  }
  return {
    evaluated(rule, evaluation) {
      const outcome = evaluation.kind === 'unknown' ? 'unknown' : 'known'
      metrics.evaluations.inc({ rule: rule.id, outcome })
      if (evaluation.kind === 'unknown') trouble(rule, evaluation.reason)
      else if (troubles.delete(rule.id)) log.info({ rule: rule.id }, `rule ${rule.id} can be evaluated again`)
    },
    failed(rule, error) {
      metrics.evaluations.inc({ rule: rule.id, outcome: 'error' })
      trouble(
        rule,
        `the database does not take its state: ${error instanceof Error ? error.message : String(error)}`,
      )
    },
  }
}

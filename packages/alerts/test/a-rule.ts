import { parseRulesFile, type Rule } from '../src/index.ts'

/** A threshold rule (more than 1,000 errors in 5 minutes) with some fields changed. */
export function aRule(changes: Partial<Rule> = {}): Rule {
  return {
    id: 'many-errors',
    name: 'Many errors',
    description: undefined,
    severity: 'critical',
    query: 'level>=error',
    kind: 'threshold',
    moreThan: 1000,
    window: 300_000,
    every: 30_000,
    for: 0,
    repeat: 3_600_000,
    cooldown: 0,
    groupBy: undefined,
    notify: ['log'],
    ...changes,
  }
}

/** The errors of a rules file, or []. */
export function errorsOf(text: string): readonly string[] {
  const result = parseRulesFile(text)
  return result.ok ? [] : result.errors
}

import { parse } from '@heartwood/query-lang'
import { z } from 'zod'
import { Duration, durationText } from './duration.ts'

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** A rule as it is evaluated; times in milliseconds. */
export interface Rule {
  /** Names the rule in the database: a rule that keeps it keeps its state. */
  readonly id: string
  readonly name: string
  readonly description: string | undefined
  readonly severity: Severity
  /** Query text that parses without errors. */
  readonly query: string
  /** `threshold`: more than `moreThan` events within the window. `match`: any event within the window. */
  readonly kind: 'threshold' | 'match'
  /** It is breached while the count is above this; 0 for `match`. */
  readonly moreThan: number
  readonly window: number
  readonly every: number
  /** How long it must stay breached before it fires. */
  readonly for: number
  /** A firing rule notifies again after this long. */
  readonly repeat: number
  /** After a resolve it does not fire again for this long. */
  readonly cooldown: number
  /** Counts, fires and resolves for each value of this field by itself. */
  readonly groupBy: string | undefined
  /** Names of receivers. */
  readonly notify: readonly string[]
}

const DAY = 86_400_000
const SECOND = 1000

const QueryText = z
  .string('must be a query')
  .trim()
  .min(1, 'must not be empty')
  .superRefine((text, context) => {
    const [problem] = parse(text).diagnostics.filter(({ severity }) => severity === 'error')
    if (problem !== undefined)
      context.addIssue({ code: 'custom', message: `is not a valid query: ${problem.message}` })
  })

const Common = {
  id: z
    .string('must be a text')
    .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower case letters, digits, - and _ (63 at most)'),
  name: z.string('must be a text').min(1).max(200).optional(),
  description: z.string('must be a text').max(2000).optional(),
  severity: z.enum(SEVERITIES, `must be one of ${SEVERITIES.join(', ')}`),
  query: QueryText,
  window: Duration.refine((millis) => millis >= SECOND && millis <= 7 * DAY, 'must be between 1s and 7d'),
  every: Duration.refine((millis) => millis >= SECOND, 'must be 1s or more').optional(),
  for: Duration.refine((millis) => millis <= 7 * DAY, 'must be 7d or less').default(0),
  repeat: Duration.refine((millis) => millis >= 60 * SECOND, 'must be 1m or more').default(4 * 3_600_000),
  cooldown: Duration.default(0),
  group_by: z.string('must be the name of a field').min(1, 'must be the name of a field').max(500).optional(),
  notify: z.array(z.string('must be the name of a receiver'), 'must be a list of receivers').default(['log']),
}

const RuleEntry = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      ...Common,
      kind: z.literal('threshold'),
      more_than: z
        .number('must be a number')
        .int('must be a whole number')
        .nonnegative('must not be negative'),
    }),
    z.strictObject({ ...Common, kind: z.literal('match') }),
  ],
  'must be threshold or match',
)

/** A rule as it stands in the file. */
export const RuleSchema = RuleEntry.transform((entry, context): Rule => {
  const every = entry.every ?? Math.min(30 * SECOND, entry.window)
  if (every > entry.window) {
    context.addIssue({
      code: 'custom',
      path: ['every'],
      message: `must not be longer than the window (${durationText(entry.window)}), or events between two evaluations are missed`,
    })
    return z.NEVER
  }
  return {
    id: entry.id,
    name: entry.name ?? entry.id,
    description: entry.description,
    severity: entry.severity,
    query: entry.query,
    kind: entry.kind,
    moreThan: entry.kind === 'threshold' ? entry.more_than : 0,
    window: entry.window,
    every,
    for: entry.for,
    repeat: entry.repeat,
    cooldown: entry.cooldown,
    groupBy: entry.group_by,
    notify: entry.notify,
  }
})

/** When a rule fires, in words: `more than 1,000 events in 5m by service, for 2m`. */
export function conditionText(rule: Rule): string {
  const what = rule.kind === 'match' ? 'any event' : `more than ${countText(rule.moreThan)}`
  const by = rule.groupBy === undefined ? '' : ` by ${rule.groupBy}`
  return `${what} in ${durationText(rule.window)}${by}${rule.for > 0 ? `, for ${durationText(rule.for)}` : ''}`
}

/** `1,532 events`, `1 event`. */
export function countText(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'event' : 'events'}`
}

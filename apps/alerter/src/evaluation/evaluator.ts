import { randomUUID } from 'node:crypto'
import {
  type AlertState,
  buildMessage,
  type Evaluation,
  type Message,
  type Rule,
  type RuleStep,
  type SampleLine,
  stepRule,
  WHOLE_RULE,
  type Window,
  windowOf,
} from '@heartwood/alerts'
import type { Database, Lease, NewNotification, Repositories } from '@heartwood/db'
import type { LogQuestions } from './log-questions.ts'

export interface EvaluatorParts {
  readonly database: Database
  /** What makes the rule ours, where there are other alerters; undefined where there are none. */
  readonly tenure: Tenure | undefined
  readonly questions: LogQuestions
  readonly webUrl: () => Promise<string>
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** The right to evaluate a rule, as it was when the evaluation began. */
export interface Tenure {
  readonly owner: string
  readonly lease: Lease
}

/** Another alerter has the rule by now: what was found out for it is old. */
export class LostRule extends Error {
  override readonly name = 'LostRule'
}

export interface Evaluated {
  readonly evaluation: Evaluation
  /** What was put into the outbox. */
  readonly messages: readonly Message[]
}

/** One rule may fire for a thousand groups at once; this many of the messages show log lines. */
const GROUPS_WITH_SAMPLES = 10

/**
 * Evaluates a rule once. New states and the notifications that follow from them are one transaction, under a lock on
 * the rule: a crash leaves both or none, and of two alerters only one tells. Throws LostRule, having changed nothing, where
 * the rule has gone to another alerter since the evaluation began.
 */
export async function evaluateRule(parts: EvaluatorParts, rule: Rule): Promise<Evaluated> {
  const { database, questions, tenure } = parts
  const now = parts.now()
  const before = await statesOf(database, rule)
  const window = windowOf(rule, before.get(WHOLE_RULE), now)
  const evaluation = await questions.evaluate(rule, window)
  const samples = await samplesFor(questions, rule, window, stepRule(rule, before, evaluation, now))
  const webUrl = await parts.webUrl()
  return database.transaction(async (transaction) => {
    if (tenure !== undefined && !(await transaction.leases.holds(tenure.owner, tenure.lease)))
      throw new LostRule(`rule ${rule.id} is another alerter's by now`)
    await transaction.alertStates.lock(rule.id)
    const { states, notices } = stepRule(rule, await statesOf(transaction, rule), evaluation, now)
    await saveStates(transaction, rule, states)
    const messages = notices.map(({ group, notice, state }) =>
      buildMessage({
        id: randomUUID(),
        rule,
        group,
        notice,
        state,
        window,
        samples: samples.get(group) ?? [],
        webUrl,
        now,
      }),
    )
    await transaction.notifications.add(messages.flatMap((message) => notificationsOf(rule, message, now)))
    return { evaluation, messages }
  })
}

async function statesOf({ alertStates }: Repositories, rule: Rule): Promise<Map<string, AlertState>> {
  const stored = await alertStates.ofRule(rule.id)
  return new Map(stored.map(({ ruleId: _, group, ...state }) => [group, state]))
}

async function saveStates(
  { alertStates }: Repositories,
  rule: Rule,
  states: ReadonlyMap<string, AlertState | null>,
): Promise<void> {
  const kept = [...states].flatMap(([group, state]) =>
    state === null ? [] : [{ ruleId: rule.id, group, ...state }],
  )
  await alertStates.save(kept)
  await alertStates.remove(
    rule.id,
    [...states].flatMap(([group, state]) => (state === null ? [group] : [])),
  )
}

async function samplesFor(
  questions: LogQuestions,
  rule: Rule,
  window: Window,
  expected: RuleStep,
): Promise<Map<string, SampleLine[]>> {
  const samples = new Map<string, SampleLine[]>()
  const firing = expected.notices.filter(({ notice }) => notice === 'firing').slice(0, GROUPS_WITH_SAMPLES)
  for (const { group } of firing) samples.set(group, await questions.samples(rule, group, window))
  return samples
}

/** One for each receiver, each with an id of its own, since each is delivered by itself. */
function notificationsOf(rule: Rule, message: Message, now: number): NewNotification[] {
  return rule.notify.map((receiver) => {
    const id = randomUUID()
    return { id, ruleId: rule.id, receiver, payload: { ...message, id }, createdAt: now }
  })
}

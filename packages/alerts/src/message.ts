import type { AlertState, Notice } from './alert-state.ts'
import { durationText } from './duration.ts'
import { queryOf, WHOLE_RULE, type Window } from './evaluation.ts'
import { conditionText, countText, type Rule, type Severity } from './rule.ts'

/** A log line as a message shows it. */
export interface SampleLine {
  /** ISO 8601. */
  readonly time: string
  readonly level: string
  readonly service: string | undefined
  readonly message: string
}

/** What a receiver gets: as JSON to a webhook, as one line in the log. Times are ISO 8601. */
export interface Message {
  readonly version: 1
  /** The same in every attempt to deliver it; also sent as Idempotency-Key. */
  readonly id: string
  readonly notice: Notice
  readonly severity: Severity
  readonly subject: string
  /** Plain text with link and sample lines, for people. */
  readonly text: string
  /** The page with the logs in question. */
  readonly link: string
  readonly at: string
  readonly rule: {
    readonly id: string
    readonly name: string
    readonly description: string | null
    readonly query: string
    readonly condition: string
    readonly group_by: string | null
  }
  readonly group: string | null
  readonly since: string
  readonly count: number | null
  readonly from: string
  readonly to: string
  readonly samples: readonly string[]
}

export interface MessageFacts {
  readonly id: string
  readonly rule: Rule
  readonly group: string
  readonly notice: Notice
  readonly state: AlertState
  readonly window: Window
  readonly samples: readonly SampleLine[]
  /** Address of the page, without a slash at the end. */
  readonly webUrl: string
  readonly now: number
}

const SAMPLE_LINES = 5
const SAMPLE_CHARACTERS = 300

export function buildMessage(facts: MessageFacts): Message {
  const { rule, group, notice, state, window } = facts
  const query = queryOf(rule, group)
  const from = iso(window.from)
  const to = iso(window.to)
  const link = `${facts.webUrl}/?${new URLSearchParams({ query, from, to })}`
  const samples = facts.samples.slice(0, SAMPLE_LINES).map(sampleText)
  const subject = `[${notice === 'firing' ? rule.severity : notice}] ${rule.name}${groupText(rule, group)}: ${newsOf(facts)}`
  const text = [
    subject,
    ...(rule.description === undefined ? [] : [rule.description]),
    `rule: ${conditionText(rule)} of ${rule.query}`,
    `time: ${from} to ${to}`,
    `logs: ${link}`,
    ...(samples.length === 0 ? [] : ['', ...samples]),
  ].join('\n')
  return {
    version: 1,
    id: facts.id,
    notice,
    severity: rule.severity,
    subject,
    text,
    link,
    at: iso(facts.now),
    rule: {
      id: rule.id,
      name: rule.name,
      description: rule.description ?? null,
      query: rule.query,
      condition: conditionText(rule),
      group_by: rule.groupBy ?? null,
    },
    group: group === WHOLE_RULE ? null : group,
    since: iso(notice === 'unknown' && state.unknown !== null ? state.unknown.since : state.since),
    count: notice === 'unknown' ? null : state.value,
    from,
    to,
    samples,
  }
}

function newsOf({ rule, notice, state, window }: MessageFacts): string {
  const count = `${countText(state.value ?? 0)} in ${durationText(Math.round((window.to - window.from) / 1000) * 1000)}`
  switch (notice) {
    case 'firing':
      return rule.kind === 'match' ? count : `${count} (more than ${rule.moreThan.toLocaleString('en-US')})`
    case 'resolved':
      return `over, ${count}`
    case 'unknown':
      return `cannot be evaluated since ${iso(state.unknown?.since ?? state.since)}: ${state.unknown?.reason ?? 'no reason given'}`
    case 'known':
      return 'can be evaluated again'
  }
}

function groupText(rule: Rule, group: string): string {
  return group === WHOLE_RULE ? '' : ` (${rule.groupBy} ${printable(group).slice(0, 100)})`
}

function sampleText(line: SampleLine): string {
  const message = printable(line.message)
  const cut = message.length > SAMPLE_CHARACTERS ? `${message.slice(0, SAMPLE_CHARACTERS)}...` : message
  return [line.time, line.level, line.service, cut].filter((part) => part !== undefined).join(' ')
}

/** Control characters, line breaks among them, as spaces: a log line must not draw in somebody's terminal. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}

function iso(millis: number): string {
  return new Date(millis).toISOString()
}

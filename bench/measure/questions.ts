import { AggregateOutput, SearchOutput } from '@heartwood/api'
import { type Facts, SUBSTRING } from '../generator/workload.ts'
import { median } from './percentiles.ts'
import type { Subject } from './subject.ts'

export interface Landmarks {
  readonly traceId: string
  readonly traceEvents: number
  readonly word: string
  readonly wordEvents: number
}

export interface Answered {
  readonly name: string
  readonly goalMillis: number
  /** The median over warm runs of the request as a client sees it. */
  readonly millis: number
  readonly problem: string | undefined
}

interface Question {
  readonly name: string
  readonly goalMillis: number
  readonly path: 'search' | 'aggregate'
  readonly parameters: Readonly<Record<string, string>>
  /** What is wrong with an answer over everything, or undefined. */
  readonly check: (answer: Answer) => string | undefined
}

interface Answer {
  readonly search: SearchOutput | undefined
  readonly aggregate: AggregateOutput | undefined
}

export interface Span {
  /** Epoch milliseconds. */
  readonly from: number
  readonly to: number
}

/**
 * Asks each question once over everything, where the answer must be what the generator knows, and then several times
 * over a range whose edges cut through seconds, minutes and segments; these are timed.
 */
export async function askAll(
  subject: Subject,
  facts: Facts,
  landmarks: Landmarks,
  span: Span,
  repeats: number,
): Promise<Answered[]> {
  const answered: Answered[] = []
  for (const question of questionsOf(facts, landmarks)) {
    const problem = question.check(await ask(subject, question, widened(span)))
    const times: number[] = []
    // The first of the repeats warms up.
    for (let n = 0; n <= repeats; n++) {
      const begun = performance.now()
      await ask(subject, question, unaligned(span, n))
      if (n > 0) times.push(performance.now() - begun)
    }
    answered.push({ name: question.name, goalMillis: question.goalMillis, millis: median(times), problem })
  }
  return answered
}

function widened({ from, to }: Span): Span {
  return { from: from - 3_600_000, to: to + 3_600_000 }
}

/** Nearly all of it, a little different each time, so that nothing remembered helps. */
function unaligned({ from, to }: Span, n: number): Span {
  const cut = (to - from) * 0.01
  return { from: Math.round(from + cut + 137 * n + 7), to: Math.round(to - cut - 211 * n - 13) }
}

async function ask(subject: Subject, { path, parameters }: Question, range: Span): Promise<Answer> {
  const all = new URLSearchParams({
    ...parameters,
    from_time: new Date(range.from).toISOString(),
    to_time: new Date(range.to).toISOString(),
  })
  const answer = await fetch(`${subject.webUrl}/api/v1/${path}?${all}`)
  const body: unknown = await answer.json()
  if (!answer.ok) throw new Error(`${path} ${all} answered ${answer.status}: ${JSON.stringify(body)}`)
  return {
    search: path === 'search' ? SearchOutput.parse(body) : undefined,
    aggregate: path === 'aggregate' ? AggregateOutput.parse(body) : undefined,
  }
}

function questionsOf(facts: Facts, landmarks: Landmarks): Question[] {
  const busiest = first(facts.errorsByService)
  const wide = { interval: '1h' }
  const none = { limit: '100', total: 'none' }
  return [
    {
      name: 'one trace id',
      goalMillis: 25,
      path: 'search',
      parameters: { query: `trace_id:${landmarks.traceId}` },
      check: total(landmarks.traceEvents),
    },
    {
      name: 'one rare word',
      goalMillis: 25,
      path: 'search',
      parameters: { query: landmarks.word },
      check: total(landmarks.wordEvents),
    },
    {
      name: 'latest 100 of a service with level error',
      goalMillis: 25,
      path: 'search',
      parameters: { query: `service:${busiest} level:error`, ...none },
      check: rows(Math.min(100, facts.errorsByService[busiest] ?? 0)),
    },
    {
      name: 'latest 100 of everything',
      goalMillis: 25,
      path: 'search',
      parameters: { query: '*', ...none },
      check: rows(Math.min(100, facts.events)),
    },
    {
      name: 'histogram by level',
      goalMillis: 50,
      path: 'aggregate',
      parameters: { query: '*', by: 'level', interval: 'auto' },
      check: ({ aggregate }) => differing(aggregate, facts.events, facts.byLevel),
    },
    {
      name: 'errors by service',
      goalMillis: 50,
      path: 'aggregate',
      parameters: { query: 'level:error', by: 'service', ...wide },
      check: ({ aggregate }) => differing(aggregate, facts.byLevel.error ?? 0, facts.errorsByService),
    },
    {
      name: 'numeric attribute filter, top services',
      goalMillis: 150,
      path: 'aggregate',
      parameters: { query: 'http.status_code>=500', by: 'service', ...wide },
      check: ({ aggregate }) => differing(aggregate, sum(facts.failuresByService), facts.failuresByService),
    },
    {
      name: 'substring in any case, first 100 rows',
      goalMillis: 300,
      path: 'search',
      parameters: { query: `message:*${SUBSTRING}*`, ...none },
      check: rows(Math.min(100, facts.substring)),
    },
    {
      name: 'substring in any case, exact total',
      goalMillis: 1_600,
      path: 'search',
      parameters: { query: `message:*${SUBSTRING}*`, limit: '1' },
      check: total(facts.substring),
    },
  ]
}

function total(expected: number): Question['check'] {
  return ({ search }) =>
    search?.total === expected ? undefined : `total ${search?.total}, expected ${expected}`
}

function rows(expected: number): Question['check'] {
  return ({ search }) =>
    search?.logs.length === expected ? undefined : `${search?.logs.length} rows, expected ${expected}`
}

/** The sum of the buckets and each of the commonest values must be what was sent. */
function differing(
  answer: AggregateOutput | undefined,
  expected: number,
  counts: Readonly<Record<string, number>>,
): string | undefined {
  if (answer === undefined) return 'no answer'
  if (answer.total !== expected) return `total ${answer.total}, expected ${expected}`
  const wrong = answer.top.find(({ value, count }) => counts[value] !== count)
  if (wrong !== undefined) return `${wrong.value}: ${wrong.count}, expected ${counts[wrong.value]}`
  return answer.top.length > 0 ? undefined : 'no values'
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, count) => all + count, 0)
}

function first(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts).toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? ''
}

import { isLevel, LEVELS, levelOfSeverity, type Nanos, severityOfWord } from '@heartwood/event'
import type { TimeRange } from '@heartwood/log-store'
import { type Diagnostic, parse, parseTime, type Query } from '@heartwood/query-lang'
import { AppError } from '@heartwood/runtime'

/** What of the logs a question is about. */
export interface Scope {
  readonly query: Query
  readonly range: TimeRange
}

/** The parts of a question that narrow it. */
export interface Narrowing {
  readonly query: string
  readonly service?: string | undefined
  readonly level?: string | undefined
}

/** Throws `invalid_query` with spans, or `invalid_parameter` that names the parameter. */
export function questionScope(
  question: Narrowing & { readonly from_time: string; readonly to_time: string },
  now: Nanos,
): Scope {
  return { query: narrowedQuery(question), range: timeRange(question.from_time, question.to_time, now) }
}

/** The query, and any of the services, and any of the levels. */
export function narrowedQuery({ query, service, level }: Narrowing): Query {
  const terms = [parsedQuery(query)]
  if (service !== undefined) terms.push(anyOf('service', listOf('service', service)))
  if (level !== undefined) terms.push(anyOf('level', listOf('level', level).map(levelName)))
  const narrowing = terms.filter((term) => term.kind !== 'all')
  const [only] = narrowing
  if (only === undefined) return { kind: 'all' }
  return narrowing.length === 1 ? only : { kind: 'and', terms: narrowing }
}

/** Times as clients write them, from inclusive, to exclusive. */
export function timeRange(from: string, to: string, now: Nanos): TimeRange {
  const range = { from: timeOf('from_time', from, now), to: timeOf('to_time', to, now) }
  if (range.from > range.to)
    throw new AppError(
      'invalid_parameter',
      `from_time ${JSON.stringify(from)} is after to_time ${JSON.stringify(to)}`,
    )
  return range
}

function parsedQuery(text: string): Query {
  const { query, diagnostics, valid } = parse(text)
  if (valid) return query
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  throw new AppError('invalid_query', sentence(errors), { details: { spans: errors.map(spanOf) } })
}

function sentence(errors: readonly Diagnostic[]): string {
  const [first, ...more] = errors
  const message = first?.message ?? 'the query has an error'
  return more.length === 0 ? message : `${message} (and ${more.length} more)`
}

function spanOf({ span, message, severity }: Diagnostic) {
  return { start: span.start, end: span.end, message, severity }
}

export function timeOf(name: string, text: string, now: Nanos): Nanos {
  const time = parseTime(text, now)
  if (time !== undefined) return time
  throw new AppError(
    'invalid_parameter',
    `${name}: takes ISO 8601, epoch milliseconds, now or now-1h, not ${JSON.stringify(text)}`,
  )
}

function listOf(name: string, text: string): string[] {
  const values = text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '')
  if (values.length > 0) return values
  throw new AppError('invalid_parameter', `${name}: takes one value, or several separated by commas`)
}

function levelName(text: string): string {
  const lower = text.toLowerCase()
  if (isLevel(lower)) return lower
  const severity = severityOfWord(lower)
  if (severity !== undefined) return levelOfSeverity(severity)
  throw new AppError('invalid_parameter', `level: takes ${LEVELS.join(', ')}, not ${JSON.stringify(text)}`)
}

function anyOf(field: string, values: readonly string[]): Query {
  const terms = values.map(
    (value): Query => ({
      kind: 'field',
      field,
      match: { kind: 'equals', value },
      span: { start: 0, end: 0 },
    }),
  )
  const [only] = terms
  return terms.length === 1 && only !== undefined ? only : { kind: 'or', terms }
}

import {
  type AttributeValue,
  exactIntegers,
  fieldTarget,
  type LogEvent,
  type Nanos,
  type OwnFieldName,
} from '@heartwood/event'
import type { FieldMatch, Query, TextMatch } from './ast.ts'
import { compareNumbers, integerComparison } from './number-literal.ts'
import { proseTest, textMatcher } from './text-test.ts'
import type { NumberTest } from './value-test.ts'
import { numberTest, severityRanges, timeTest, type ValueTest, valueTest } from './value-test.ts'

/** Compiles a query to a test of single events: the meaning that every other compile target is held against. */
export function compilePredicate(query: Query, now: Nanos): (event: LogEvent) => boolean {
  switch (query.kind) {
    case 'all':
      return () => true
    case 'and': {
      const terms = query.terms.map((term) => compilePredicate(term, now))
      return (event) => terms.every((matches) => matches(event))
    }
    case 'or': {
      const terms = query.terms.map((term) => compilePredicate(term, now))
      return (event) => terms.some((matches) => matches(event))
    }
    case 'not': {
      const matches = compilePredicate(query.term, now)
      return (event) => !matches(event)
    }
    case 'text':
      return freeText(query.match)
    case 'field':
      return field(query.field, query.match, now)
  }
}

/** The text fields in which a bare word is looked for. */
export const FREE_TEXT_FIELDS = ['message', 'trace_id', 'span_id', 'request_id', 'id'] as const

function freeText(match: TextMatch): (event: LogEvent) => boolean {
  const matches = textMatcher(proseTest(match))
  return (event) => {
    for (const name of FREE_TEXT_FIELDS) {
      const value = event[name]
      if (value !== undefined && value !== '' && matches(value)) return true
    }
    for (const key in event.attributes) {
      const value = event.attributes[key]
      if (typeof value === 'string' && matches(value)) return true
      if (isArray(value) && value.some((element) => typeof element === 'string' && matches(element)))
        return true
    }
    return event.rest !== undefined && hasString(parseRest(event.rest), matches)
  }
}

/** Whether any string inside a JSON value, at any depth, passes; keys are not looked at. */
export function hasString(value: unknown, matches: (text: string) => boolean): boolean {
  if (typeof value === 'string') return matches(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((inner) => hasString(inner, matches))
}

function field(name: string, match: FieldMatch, now: Nanos): (event: LogEvent) => boolean {
  const target = fieldTarget(name)
  switch (target.at) {
    case 'own':
      return ownField(target.field.name, target.field.kind === 'text' ? 'text' : 'keyword', match, now)
    case 'attribute': {
      const matches = attributeMatcher(match, target.kind)
      const { key } = target
      return (event) =>
        matches(valueAtKey(event.attributes, key)) ||
        (event.rest !== undefined && matches(valueAtKey(parseRest(event.rest), key)))
    }
    case 'resource': {
      const matches = attributeMatcher(match, 'keyword')
      const { key } = target
      return (event) =>
        matches(valueAtKey(event.resource, key)) ||
        (event.rest !== undefined && matches(valueAtKey(parseRest(event.rest), `resource.${key}`)))
    }
  }
}

function ownField(
  name: OwnFieldName,
  kind: 'keyword' | 'text',
  match: FieldMatch,
  now: Nanos,
): (event: LogEvent) => boolean {
  switch (name) {
    case '@timestamp':
    case 'observed_at': {
      const matches = timeMatcher(match, now)
      return name === '@timestamp'
        ? (event) => matches(event.timestamp)
        : (event) => matches(event.observed_at)
    }
    case 'level': {
      const matches = severityMatcher(match)
      return (event) => matches(event.severity_number)
    }
    case 'severity_number': {
      const matches = ownNumberMatcher(match)
      return (event) => matches(event.severity_number)
    }
    case 'weight': {
      const matches = ownNumberMatcher(match)
      return (event) => matches(event.weight)
    }
    default: {
      const matches = textMatcher(valueTest(match, kind).text)
      return (event) => {
        const value = event[name]
        return value !== undefined && value !== '' && matches(value)
      }
    }
  }
}

export function timeMatcher(match: FieldMatch, now: Nanos): (nanos: Nanos) => boolean {
  if (match.kind === 'exists') return () => true
  const test = timeTest(match, now)
  return test === undefined ? () => false : (nanos) => compareNumbers(test.op, nanos, test.bound)
}

export function severityMatcher(match: FieldMatch): (severity: number) => boolean {
  if (match.kind === 'exists') return () => true
  const ranges = severityRanges(match)
  return (severity) => ranges.some(([from, to]) => severity >= from && severity <= to)
}

export function ownNumberMatcher(match: FieldMatch): (value: number) => boolean {
  if (match.kind === 'exists') return () => true
  const matches = numberMatcher(numberTest(match))
  return (value) => matches(value)
}

/** A test of an attribute's value; undefined and null are no value. Objects are values, but only `exists` sees them. */
export function attributeMatcher(match: FieldMatch, kind: 'keyword' | 'text'): (value: unknown) => boolean {
  if (match.kind === 'exists') return (value) => value !== undefined && value !== null
  const matches = scalarMatcher(valueTest(match, kind))
  return (value) => (Array.isArray(value) ? value.some(matches) : matches(value))
}

function scalarMatcher(test: ValueTest): (value: unknown) => boolean {
  const text = textMatcher(test.text)
  const number = numberMatcher(test.number)
  return (value) => {
    switch (typeof value) {
      case 'string':
        return text(value)
      case 'boolean':
        return text(String(value))
      case 'bigint':
        return number(value) || (test.digits && text(String(value)))
      case 'number':
        return number(value) || (test.digits && Number.isSafeInteger(value) && text(String(value)))
      default:
        return false
    }
  }
}

/** Integers are compared exactly; other numbers with the double nearest to what the query says. */
export function numberMatcher(test: NumberTest | undefined): (value: number | bigint) => boolean {
  if (test === undefined) return () => false
  const { op, literal } = test
  const exact = integerComparison(op, literal)
  const integer = (value: bigint) =>
    exact === 'always' || (exact !== 'never' && compareNumbers(exact.op, value, exact.bound))
  return (value) => {
    if (typeof value === 'bigint') return integer(value)
    if (Number.isSafeInteger(value)) return integer(BigInt(value))
    return compareNumbers(op, value, literal.double)
  }
}

/** The object behind an event's `rest`; text that is not a JSON object is empty. */
export function parseRest(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text, exactIntegers)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

export function valueAtKey(values: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(values, key) ? values[key] : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isArray(
  value: AttributeValue | undefined,
): value is readonly (string | number | bigint | boolean)[] {
  return Array.isArray(value)
}

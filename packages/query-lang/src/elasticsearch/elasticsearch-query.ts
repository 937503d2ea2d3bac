import { fieldTarget, type Nanos, type OwnFieldName } from '@heartwood/event'
import type { FieldMatch, Query } from '../ast.ts'
import { integerComparison, type NumberOp } from '../number-literal.ts'
import { ownNumberMatcher } from '../predicate.ts'
import { proseTest } from '../text-test.ts'
import { type NumberTest, numberTest, severityRanges, timeTest, valueTest } from '../value-test.ts'
import {
  allOf,
  anyOf,
  atMost,
  EVERYTHING,
  exactly,
  type Narrowed,
  NOTHING,
  noneOf,
  type RangeBounds,
  UNKNOWN,
} from './clause.ts'
import { RAW_TERM } from './document-terms.ts'
import { keyedValue } from './keyed-value.ts'
import { termsWhose } from './term-tests.ts'
import { textsWhose } from './word-tests.ts'

/**
 * Compiles a query to what the indices of Elasticsearch know of it. Every query compiles: where an index cannot decide, the
 * clause is wider and not `exact`, and compilePredicate decides on each event that it lets through.
 */
export function compileElasticsearch(query: Query, now: Nanos): Narrowed {
  switch (query.kind) {
    case 'all':
      return EVERYTHING
    case 'and':
      return allOf(query.terms.map((term) => compileElasticsearch(term, now)))
    case 'or':
      return anyOf(query.terms.flatMap((term) => alternatives(term, now)))
    case 'not':
      return noneOf(compileElasticsearch(query.term, now))
    case 'text':
      return textsWhose(proseTest(query.match), FREE_TEXT)
    case 'field':
      return field(query.field, query.match, now)
  }
}

/** A bare word as one alternative a field, so that many of them become one clause a field. */
function alternatives(term: Query, now: Nanos): Narrowed[] {
  return term.kind === 'text'
    ? FREE_TEXT.map((field) => textsWhose(proseTest(term.match), [field]))
    : [compileElasticsearch(term, now)]
}

/** The analysed fields that a bare word is looked for in. */
const FREE_TEXT = ['message', 'text'] as const

function field(name: string, match: FieldMatch, now: Nanos): Narrowed {
  const target = fieldTarget(name)
  switch (target.at) {
    case 'own':
      return ownField(target.field.name, match, now)
    case 'attribute':
      return keyedValue({ area: 'attributes', key: target.key, kind: target.kind }, match)
    case 'resource':
      return keyedValue({ area: 'resource', key: target.key, kind: 'keyword' }, match)
  }
}

function ownField(name: OwnFieldName, match: FieldMatch, now: Nanos): Narrowed {
  switch (name) {
    case '@timestamp':
      return time('timestamp', match, now)
    case 'observed_at':
      return time('observed_at', match, now)
    case 'level':
      return anyOf(severityRanges(match).map(([gte, lte]) => severity({ gte, lte })))
    case 'severity_number': {
      const matches = ownNumberMatcher(match)
      return anyOf(SEVERITIES.filter(matches).map((number) => severity({ gte: number, lte: number })))
    }
    case 'weight':
      return match.kind === 'exists' ? EVERYTHING : weight(numberTest(match))
    case 'message':
      if (match.kind === 'exists') return exactly({ exists: { field: 'message' } })
      return textsWhose(valueTest(match, 'text').text, ['message'])
    case 'raw': {
      const hasRaw = exactly({ term: { keys: RAW_TERM } })
      return match.kind === 'exists' ? hasRaw : atMost(hasRaw)
    }
    default: {
      const hasValue = exactly({ exists: { field: name } })
      return match.kind === 'exists' ? hasValue : keyword(name, match, hasValue)
    }
  }
}

/** One of the own fields that are compared as a whole, and are never ''. */
function keyword(name: OwnFieldName, match: FieldMatch, hasValue: Narrowed): Narrowed {
  const { text } = valueTest(match, 'keyword')
  if (text.kind === 'is' && text.value === '') return NOTHING
  return allOf([hasValue, termsWhose(text, name, '')])
}

/** All that fit into a byte; OpenTelemetry has 0 to 24. */
const SEVERITIES = Array.from({ length: 256 }, (_, number) => number)

function severity(bounds: RangeBounds): Narrowed {
  return exactly({ range: { severity_number: bounds } })
}

function time(name: 'timestamp' | 'observed_at', match: FieldMatch, now: Nanos): Narrowed {
  if (match.kind === 'exists') return EVERYTHING
  const test = timeTest(match, now)
  return test === undefined ? NOTHING : integers(name, test.op, test.bound)
}

const INT64_MIN = -(2n ** 63n)
const INT64_MAX = 2n ** 63n - 1n

function integers(name: string, op: NumberOp, bound: bigint): Narrowed {
  if (bound > INT64_MAX) return op === '<' || op === '<=' ? EVERYTHING : NOTHING
  if (bound < INT64_MIN) return op === '>' || op === '>=' ? EVERYTHING : NOTHING
  return exactly({ range: { [name]: boundsOf(op, String(bound)) } })
}

function weight(test: NumberTest | undefined): Narrowed {
  if (test === undefined) return NOTHING
  const { op, literal } = test
  const { double, whole } = literal
  if (!Number.isFinite(double)) {
    const isBelow = op === '<' || op === '<='
    return op !== '=' && isBelow === double > 0 ? EVERYTHING : NOTHING
  }
  // Integers are compared with the number as it is written, not with the double nearest to it.
  if (!whole && Number.isInteger(double)) return UNKNOWN
  if (whole && integerComparison(op, literal) === 'never') return UNKNOWN
  return exactly({ range: { weight: boundsOf(op, double) } })
}

function boundsOf<T extends string | number>(op: NumberOp, bound: T): RangeBounds {
  switch (op) {
    case '=':
      return { gte: bound, lte: bound }
    case '>':
      return { gt: bound }
    case '>=':
      return { gte: bound }
    case '<':
      return { lt: bound }
    case '<=':
      return { lte: bound }
  }
}

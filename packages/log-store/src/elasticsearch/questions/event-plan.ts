import { type LogEvent, MAX_NANOS, MIN_NANOS, type Nanos } from '@heartwood/event'
import { type Clause, compileElasticsearch, compilePredicate } from '@heartwood/query-lang'
import type { QueryRequest, TimeRange } from '../../port.ts'

/** Which events a question is of. */
export interface EventPlan {
  /** Those in the time range. */
  readonly range: Clause
  /** Of them, those that the indices let through: every match that they know wholly, and where `exact` no other event. */
  readonly clause: Clause
  readonly exact: boolean
  /** No event can match. */
  readonly isEmpty: boolean
  /** The meaning of the query, for an event in the range. */
  matches(event: LogEvent): boolean
}

export function planOf({ query, range }: Pick<QueryRequest, 'query' | 'range'>, now: Nanos): EventPlan {
  const narrowed = compileElasticsearch(query, now)
  const { clauses, depth } = sizeOf(narrowed.clause)
  // Beyond that Elasticsearch answers with an error; the events can be looked at all the same.
  const isTooMuch = clauses > MAX_CLAUSES || depth > MAX_DEPTH
  return {
    range: rangeClause(range),
    clause: isTooMuch ? { match_all: {} } : narrowed.clause,
    exact: narrowed.exact && !isTooMuch,
    isEmpty: range.to <= range.from || 'match_none' in narrowed.clause,
    matches: compilePredicate(query, now),
  }
}

/** The plan that asks the indices for nothing but the range: for a query that Elasticsearch will not take. */
export function everyEvent(plan: EventPlan): EventPlan {
  return { ...plan, clause: { match_all: {} }, exact: false }
}

const MAX_CLAUSES = 500
/** `indices.query.bool.max_nested_depth` is 30, and some levels are ours. */
const MAX_DEPTH = 20

const INEXACT: Clause = { term: { inexact: true } }

/** Matches, without those that only the event itself can say it of. For an `exact` plan. */
export function knownMatches({ range, clause }: EventPlan, more: readonly Clause[] = []): Clause {
  return { bool: { filter: [range, clause, ...more], must_not: [INEXACT] } }
}

/** Every event that may match: to be asked of `matches` unless the plan is exact and the event not `inexact`. */
export function candidates({ range, clause }: EventPlan, more: readonly Clause[] = []): Clause {
  if ('match_all' in clause) return { bool: { filter: [range, ...more] } }
  return { bool: { filter: [range, either([clause, INEXACT]), ...more] } }
}

/** What `knownMatches` leaves out. */
export function unknownMatches(plan: EventPlan, more: readonly Clause[] = []): Clause {
  return plan.exact ? { bool: { filter: [plan.range, INEXACT, ...more] } } : candidates(plan, more)
}

export function either(clauses: readonly Clause[]): Clause {
  return { bool: { should: clauses, minimum_should_match: 1 } }
}

export function without(clauses: readonly Clause[]): Clause {
  return { bool: { must_not: clauses } }
}

/** The range by its nanoseconds; the milliseconds let Elasticsearch leave whole shards out. */
function rangeClause({ from, to }: TimeRange): Clause {
  const first = from < MIN_NANOS ? MIN_NANOS : from
  const last = to > MAX_NANOS ? MAX_NANOS : to - 1n
  return {
    bool: {
      filter: [
        { range: { timestamp: { gte: String(first), lte: String(last) } } },
        { range: { '@timestamp': { gte: String(millis(first)), lte: String(millis(last)) } } },
      ],
    },
  }
}

function millis(nanos: Nanos): bigint {
  return (nanos - (((nanos % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n
}

function sizeOf(clause: Clause): { clauses: number; depth: number } {
  if (!('bool' in clause)) return { clauses: 1, depth: 0 }
  const { filter = [], should = [], must_not = [] } = clause.bool
  const inner = [...filter, ...should, ...must_not].map(sizeOf)
  return {
    clauses: inner.reduce((sum, { clauses }) => sum + clauses, 1),
    depth: 1 + inner.reduce((most, { depth }) => Math.max(most, depth), 0),
  }
}

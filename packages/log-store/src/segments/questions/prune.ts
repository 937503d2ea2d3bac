import { fieldTarget, LEVELS, type LogEvent, MIN_NANOS, type Nanos, severityOfLevel } from '@heartwood/event'
import { compilePredicate, type Query, timeTest } from '@heartwood/query-lang'
import type { TimeRange } from '../../port.ts'
import { cellsOf } from '../manifest/level-counts.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'

/** What can be known of a query without reading rows. */
export interface QueryOutline {
  /** Whether the level alone decides, so that counts per level answer it. */
  readonly levelOnly: boolean
  /** By index into LEVELS: whether an event of this level can match; with `levelOnly`, whether it does. */
  readonly levels: readonly boolean[]
  /** The services of which every match has one, or undefined where any can match. */
  readonly services: ReadonlySet<string> | undefined
  /** No match was received earlier. */
  readonly receivedFrom: Nanos
}

export function outlineOf(query: Query, now: Nanos): QueryOutline {
  return {
    levelOnly: isLevelOnly(query),
    levels: LEVELS.map((_, level) => canMatch(query, level, now)),
    services: pinnedServices(query),
    receivedFrom: earliestReceipt(query, now),
  }
}

export function overlaps(segment: SegmentInfo, range: TimeRange): boolean {
  return segment.max_time >= range.from && segment.min_time < range.to
}

/** Whether a segment can hold matches; true where that is not known. */
export function canHold(segment: SegmentInfo, outline: QueryOutline, range: TimeRange): boolean {
  const { services, levels } = outline
  if (segment.max_receipt < outline.receivedFrom) return false
  if (services !== undefined && segment.services?.every((service) => !services.has(service))) return false
  if (segment.counts === undefined || levels.every((possible) => possible)) return true
  return cellsOf(segment.counts).some(
    ({ start, end, level }) => levels[level] && end > range.from && start < range.to,
  )
}

function isLevel(query: Query): boolean {
  if (query.kind !== 'field') return false
  const target = fieldTarget(query.field)
  return target.at === 'own' && target.field.name === 'level'
}

function isLevelOnly(query: Query): boolean {
  switch (query.kind) {
    case 'all':
      return true
    case 'and':
    case 'or':
      return query.terms.every(isLevelOnly)
    case 'not':
      return isLevelOnly(query.term)
    case 'text':
      return false
    case 'field':
      return isLevel(query)
  }
}

function canMatch(query: Query, level: number, now: Nanos): boolean {
  if (isLevelOnly(query)) return compilePredicate(query, now)(eventOf(level))
  switch (query.kind) {
    case 'and':
      return query.terms.every((term) => canMatch(term, level, now))
    case 'or':
      return query.terms.some((term) => canMatch(term, level, now))
    default:
      return true
  }
}

/** An event of which only the level is asked. */
function eventOf(index: number): LogEvent {
  const level = LEVELS[index] ?? 'unknown'
  return {
    id: '',
    timestamp: 0n,
    observed_at: 0n,
    level,
    severity_number: severityOfLevel(level),
    message: '',
    source: '',
    weight: 1,
    flags: 0,
    attributes: {},
    resource: {},
  }
}

function pinnedServices(query: Query): ReadonlySet<string> | undefined {
  switch (query.kind) {
    case 'and': {
      const [first, ...others] = query.terms.map(pinnedServices).filter((services) => services !== undefined)
      if (first === undefined) return undefined
      return new Set([...first].filter((service) => others.every((services) => services.has(service))))
    }
    case 'or': {
      const pinned = query.terms.map(pinnedServices)
      const known = pinned.filter((services) => services !== undefined)
      if (known.length < pinned.length) return undefined
      return new Set(known.flatMap((services) => [...services]))
    }
    case 'field': {
      const target = fieldTarget(query.field)
      if (target.at !== 'own' || target.field.name !== 'service') return undefined
      return query.match.kind === 'equals' ? new Set([query.match.value]) : undefined
    }
    default:
      return undefined
  }
}

function earliestReceipt(query: Query, now: Nanos): Nanos {
  switch (query.kind) {
    case 'and':
      return extreme(query.terms, now, (one, other) => one > other)
    case 'or':
      return extreme(query.terms, now, (one, other) => one < other)
    case 'field': {
      const target = fieldTarget(query.field)
      if (target.at !== 'own' || target.field.name !== 'observed_at') return MIN_NANOS
      const test = query.match.kind === 'exists' ? undefined : timeTest(query.match, now)
      return test === undefined || test.op === '<' || test.op === '<=' ? MIN_NANOS : test.bound
    }
    default:
      return MIN_NANOS
  }
}

function extreme(terms: readonly Query[], now: Nanos, beats: (one: Nanos, other: Nanos) => boolean): Nanos {
  const [first = MIN_NANOS, ...others] = terms.map((term) => earliestReceipt(term, now))
  return others.reduce((best, next) => (beats(next, best) ? next : best), first)
}

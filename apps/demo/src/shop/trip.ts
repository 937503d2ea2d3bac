import type { ConditionOf } from './condition.ts'
import type { AppEntry, Entry, Fields, Level, SpanIds } from './entry.ts'
import type { Random } from './random.ts'
import type { ServiceName } from './services.ts'
import type { Shopper } from './shoppers.ts'

/** One request of a shopper on its way through the services. */
export interface Trip {
  readonly random: Random
  readonly shopper: Shopper
  readonly traceId: string
  readonly requestId: string
  readonly conditionOf: ConditionOf
  log(entry: Entry): void
}

/** A service at work on a call. */
export interface Span {
  readonly trip: Trip
  readonly service: ServiceName
  /** When the call came, epoch milliseconds. */
  readonly at: number
  readonly ids: SpanIds
}

export interface Answer {
  /** When it was given. */
  readonly end: number
  /** Why it is none. */
  readonly failure?: string
}

/**
 * One service asks another, and waits for `limit` milliseconds at most. How the other one does decides what happens; a
 * late answer is given to nobody, but what was logged on the way to it stays.
 */
export function call(
  trip: Trip,
  callee: ServiceName,
  at: number,
  limit: number,
  handle: (span: Span) => Answer,
): Answer {
  const arrived = at + trip.random.whole(1, 3)
  const late: Answer = { end: at + limit, failure: `no answer from ${callee} within ${limit} ms` }
  const condition = trip.conditionOf(callee, arrived)
  if (condition.kind === 'silent') return late
  const span = spanOf(trip, callee, arrived)
  if (condition.kind === 'failing' && trip.random.chance(condition.share)) {
    const { answer, ...said } = condition.failure
    const end = arrived + trip.random.duration(12)
    trip.log({ kind: 'app', at: end, level: 'error', span: span.ids, ...said })
    return { end, failure: answer }
  }
  const delay = condition.kind === 'slow' ? trip.random.duration(condition.millis) : 0
  const answer = handle({ ...span, at: arrived + delay })
  return answer.end - at > limit ? late : answer
}

export function spanOf(trip: Trip, service: ServiceName, at: number): Span {
  const { traceId, requestId, random } = trip
  return { trip, service, at, ids: { traceId, requestId, spanId: random.hex(16) } }
}

/** Logs what a service says about the call it is at. */
export function say(
  { trip, ids }: Span,
  service: AppEntry['service'],
  at: number,
  level: Level,
  logger: string,
  message: string,
  more: { readonly fields?: Fields; readonly stack?: readonly string[] } = {},
): void {
  trip.log({ kind: 'app', at, service, level, logger, message, span: ids, ...more })
}

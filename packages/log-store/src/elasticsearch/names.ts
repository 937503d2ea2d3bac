import { createHash } from 'node:crypto'
import { isoFromNanos, NANOS_PER_DAY, NANOS_PER_MILLI, type Nanos } from '@heartwood/event'

/** What the indices of a store are called. */
export interface IndexNames {
  /** Of the indices with events: `logs-` makes `logs-2026.11.26`, or by months `logs-2026.11.month`. */
  readonly prefix: string
  /** One document a batch, dead letter, delete. */
  readonly batches: string
  readonly deadLetters: string
  readonly deletes: string
}

/** Names for a prefix; two stores with different prefixes can be in one cluster. */
export function indexNames(prefix: string): IndexNames {
  const own = prefix === 'logs-' ? 'heartwood-' : `heartwood-${prefix}`
  return {
    prefix,
    batches: `${own}batches`,
    deadLetters: `${own}dead-letters`,
    deletes: `${own}deletes`,
  }
}

/** How much time the events of one index are of: a month where few come and stay for long, since each index costs memory. */
export type IndexPeriod = 'day' | 'month'

/** An event that happened so long before it was received, or so long after, is not in the index of its day. */
const OLDEST = 31n * NANOS_PER_DAY
const NEWEST = 2n * NANOS_PER_DAY

/**
 * The index of an event: that of the UTC day, or month, in which it happened. What is much older than its receipt, or newer, is in an
 * index of the day it was received, so that an import of old logs, or one wrong clock, does not make a thousand indices.
 * It depends on the event alone: of one store the same event always goes to the same index.
 */
export function eventIndex(
  prefix: string,
  timestamp: Nanos,
  observedAt: Nanos,
  period: IndexPeriod = 'day',
): string {
  return isOfItsDay(timestamp, observedAt)
    ? `${prefix}${periodName(timestamp, period)}`
    : `${prefix}imported.${periodName(observedAt, period)}`
}

/** Whether an event is in the index of the day it happened on. */
export function isOfItsDay(timestamp: Nanos, observedAt: Nanos): boolean {
  const age = observedAt - timestamp
  return age <= OLDEST && age >= -NEWEST && timestamp >= 0n
}

/** Times around an event's, `from` and before `to`, at which one received with it is in the same index, whatever its period. */
export function sameIndex(timestamp: Nanos, observedAt: Nanos): { readonly from: Nanos; readonly to: Nanos } {
  if (!isOfItsDay(timestamp, observedAt)) return { from: timestamp, to: timestamp + 1n }
  const day = timestamp - (timestamp % NANOS_PER_DAY)
  const [oldest, newest] = [observedAt - OLDEST, observedAt + NEWEST + 1n]
  return {
    from: oldest > day ? oldest : day,
    to: newest < day + NANOS_PER_DAY ? newest : day + NANOS_PER_DAY,
  }
}

/**
 * What the names of the indices with events look like, for Elasticsearch to find them by. Not all that begin with the prefix: `logs-` begins
 * what many other programs call theirs.
 */
export function eventIndexPatterns(prefix: string): readonly string[] {
  return ['19*.*.*', '2*.*.*', 'imported.*.*.*'].map((days) => prefix + days)
}

/** The same, as part of a path. */
export function eventIndices(prefix: string): string {
  return eventIndexPatterns(prefix).join(',')
}

/** Whether an index is named after when its events were received. */
export function isImported(prefix: string, index: string): boolean {
  return index.startsWith(`${prefix}imported.`)
}

/** The day or month that an index is named after: from its first nanosecond to before `to`; undefined where it is not one of ours. */
export function spanOfIndex(
  prefix: string,
  index: string,
): { readonly from: Nanos; readonly to: Nanos } | undefined {
  if (!index.startsWith(prefix)) return undefined
  const [, year, month, day] =
    /^(?:imported\.)?(\d{4})\.(\d{2})\.(\d{2}|month)$/.exec(index.slice(prefix.length)) ?? []
  if (year === undefined) return undefined
  const isMonth = day === 'month'
  const first = Date.parse(`${year}-${month}-${isMonth ? '01' : day}T00:00:00Z`)
  if (Number.isNaN(first)) return undefined
  const from = BigInt(first) * NANOS_PER_MILLI
  const to = isMonth
    ? BigInt(Date.UTC(Number(year), Number(month), 1)) * NANOS_PER_MILLI
    : from + NANOS_PER_DAY
  return { from, to }
}

/** `2026.11.26`, or `2026.11.month`, which every pattern matches that the one of a day matches. */
function periodName(time: Nanos, period: IndexPeriod): string {
  const date = isoFromNanos(time).slice(0, 10).replaceAll('-', '.')
  return period === 'day' ? date : `${date.slice(0, -2)}month`
}

/** The most bytes that Elasticsearch takes as `_id`. */
export const MAX_ID_BYTES = 512

/** The `_id` of what has this id in the product: the id, or where that is too long its SHA-256. */
export function documentId(id: string): string {
  // A unit of UTF-16 is three bytes at most.
  if (id.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(id) <= MAX_ID_BYTES) return id.toWellFormed()
  return createHash('sha256').update(id).digest('hex')
}

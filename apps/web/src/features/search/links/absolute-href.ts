import { isoFromNanos, nanosFromMillis } from '@heartwood/event'
import { parseTime } from '@heartwood/query-lang'
import { type SearchState, searchHref } from '../search-url.ts'
import { isoRange, resolveRange, type TimeRange } from '../time-range/time-range.ts'

/** A range up to this long stays as it is in a link to one of its events; of a longer one the link has this much, around the event. */
const LONGEST_KEPT_MILLIS = 3_600_000

/** The event a link is to. */
export interface LinkedEvent {
  readonly id: string
  readonly '@timestamp': string
}

/**
 * The path of a search that shows the same whenever it is opened: a range relative to now is written as times, and it
 * does not follow live.
 * @param now epoch milliseconds
 */
export function absoluteHref(search: SearchState, now: number): string {
  return pathOf({ ...search, from: fixedEnd(search.from, now), to: fixedEnd(search.to, now), live: false })
}

/** The path of a search with one of its events open, at a range so short that the event is found in it at once. */
export function eventHref(search: SearchState, event: LinkedEvent, now: number): string {
  const range = rangeWith(search, Date.parse(event['@timestamp']), now)
  return absoluteHref({ ...search, ...range, open: event.id }, now)
}

/** The path that names an event and nothing else: where it lies, the page finds out. */
export function bareEventHref(id: string): string {
  return pathOf({ open: id })
}

function rangeWith(search: TimeRange, at: number, now: number): TimeRange {
  const range = resolveRange(search, now)
  const kept =
    range !== undefined && range.from <= at && at < range.to && range.to - range.from <= LONGEST_KEPT_MILLIS
  return kept ? search : isoRange(at - LONGEST_KEPT_MILLIS / 2, at + LONGEST_KEPT_MILLIS / 2)
}

/** What does not move with the clock stays as it was written, to the nanosecond. */
function fixedEnd(text: string, now: number): string {
  const nanos = parseTime(text, nanosFromMillis(now))
  return nanos === undefined || !text.startsWith('now') ? text : isoFromNanos(nanos)
}

function pathOf(state: Partial<SearchState>): string {
  return `/${searchHref(state)}`
}

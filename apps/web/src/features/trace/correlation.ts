import { print, type Query } from '@heartwood/query-lang'
import { fieldTerm, termOf } from '../search/edit-query.ts'
import { searchHref } from '../search/search-url.ts'
import type { TraceState } from './trace-url.ts'

/** What holds the lines of one piece of work together across services. */
export type Correlation = 'trace' | 'request'

export const CORRELATION_FIELD = { trace: 'trace_id', request: 'request_id' } as const

/** The page of a trace or a request; undefined for another field, and where the id is not one an address can carry. */
export function correlationHref(field: string, id: string): string | undefined {
  if (field === CORRELATION_FIELD.trace) return pageHref('trace', id)
  return field === CORRELATION_FIELD.request ? pageHref('request', id) : undefined
}

/** A path of dots alone is a folder to every browser, however it is written; text that is not Unicode has no address. */
export function pageHref(kind: Correlation, id: string): string | undefined {
  if (/^\.{0,2}$/.test(id) || !id.isWellFormed()) return undefined
  return `/${kind}/${encodeURIComponent(id)}`
}

/** The id that a segment of an address says; one that is wrongly escaped stands for itself. */
export function idOfSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** What the window and a bookmark say of the page. */
export function traceTitle(kind: Correlation, id: string): string {
  return `${kind === 'trace' ? 'Trace' : 'Request'} ${id} · Heartwood`
}

/** The query that finds the lines, all of them or those of the chosen services and levels. */
export function correlationQuery(
  kind: Correlation,
  id: string,
  chosen: Pick<TraceState, 'service' | 'level'> = { service: [], level: [] },
): string {
  const terms = [
    termOf({ field: CORRELATION_FIELD[kind], value: id }),
    ...anyOf('service', chosen.service),
    ...anyOf('level', chosen.level),
  ]
  const [only] = terms
  return print(terms.length === 1 && only !== undefined ? only : { kind: 'and', terms })
}

/** The same lines as a search, in the range they lie in, epoch milliseconds. */
export function correlationSearchHref(query: string, range: { from: number; to: number }): string {
  const to = new Date(range.to + 1).toISOString()
  return `/${searchHref({ query, from: new Date(range.from).toISOString(), to })}`
}

function anyOf(field: string, values: readonly string[]): Query[] {
  const terms = values.map(
    (value): Query =>
      // A line without a service is counted under ''.
      value === '' ? { kind: 'not', term: fieldTerm(field, { kind: 'exists' }) } : termOf({ field, value }),
  )
  const [only] = terms
  if (only === undefined) return []
  return [terms.length === 1 ? only : { kind: 'or', terms }]
}

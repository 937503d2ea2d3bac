import type { LogJson } from '@heartwood/api'
import { withFilter } from '../../edit-query.ts'
import { searchHref } from '../../search-url.ts'
import type { HeldField } from './context-fields.ts'

/** Shown beyond the outermost lines, so that they are in the range. */
const EDGE_MILLIS = 1

/** The context of an event as a search with the event open. @param lines what is shown of it, oldest first */
export function contextHref(log: LogJson, held: readonly HeldField[], lines: readonly LogJson[]): string {
  const query = held.reduce((text, field) => {
    const value = log[field]
    return value === undefined ? text : withFilter(text, { field, value })
  }, '')
  const from = Date.parse((lines[0] ?? log)['@timestamp'])
  const to = Date.parse((lines.at(-1) ?? log)['@timestamp']) + EDGE_MILLIS
  return `/${searchHref({ query, from: new Date(from).toISOString(), to: new Date(to).toISOString(), open: log.id })}`
}

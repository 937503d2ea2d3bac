import { parseTime } from '@heartwood/query-lang'
import { createParser, type inferParserType, parseAsString } from 'nuqs/server'

/** A time as the API takes it; anything else counts as not there. */
const parseAsTime = createParser<string>({
  parse: (text) => (parseTime(text, 0n) === undefined ? null : text.trim()),
  serialize: (time) => time,
})

/** Which audit events are shown, as it stands in the URL; `open` is the id of the one in the drawer. */
export const AUDIT_PARAMS = {
  query: parseAsString.withDefault(''),
  from: parseAsTime.withDefault('now-24h'),
  to: parseAsTime.withDefault('now'),
  open: parseAsString,
}
export type AuditState = inferParserType<typeof AUDIT_PARAMS>

/** The question of the API that the URL asks. */
export function questionOf({ query, from, to }: AuditState) {
  return { dataset: 'audit', query: query === '' ? '*' : query, from_time: from, to_time: to } as const
}

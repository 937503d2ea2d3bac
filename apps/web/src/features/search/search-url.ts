import { parseTime } from '@heartwood/query-lang'
import {
  createLoader,
  createParser,
  createSerializer,
  type inferParserType,
  parseAsBoolean,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server'
import { BY_LEVEL } from './histogram/by-level.ts'
import { REFRESH_CHOICES } from './time-range/auto-refresh.ts'

export const DEFAULT_FROM = 'now-1h'
export const DEFAULT_TO = 'now'

/** A time as the query language writes it: `now-1h`, ISO 8601, epoch milliseconds. Anything else counts as not there. */
const parseAsTime = createParser<string>({
  parse: (text) => (parseTime(text, 0n) === undefined ? null : text.trim()),
  serialize: (time) => time,
})

export const DEFAULT_COLUMNS: readonly string[] = ['time', 'level', 'service', 'message']

/** Names of fields with commas between them; a comma or a backslash within a name has a backslash before it. */
const parseAsColumns = createParser<string[]>({
  parse: columnsOf,
  serialize: (columns) => columns.map((name) => name.replace(/[\\,]/g, '\\$&')).join(','),
  eq: (a, b) => a.length === b.length && a.every((name, i) => name === b[i]),
})

function columnsOf(text: string): string[] | null {
  const names = (text.match(/(?:\\.|[^\\,])+/g) ?? []).map((name) => name.replace(/\\(.)/g, '$1').trim())
  const unique = [...new Set(names)].filter((name) => name !== '')
  return unique.length === 0 ? null : unique
}

/**
 * The search as it stands in the URL, the only place it is kept: a link to the page is a link to the search, and the
 * browser's back button goes back a search. `open` is the id of the row whose fields are shown, `saved` that of the
 * saved search it began as, `by` the field that the chart is split by, `view` whether rows are shown or what they say,
 * `at` the moment that was gone to, `refresh` how often the page asks again by itself, `columns` what each row shows, by
 * the names queries have for it.
 */
export const SEARCH_PARAMS = {
  query: parseAsString.withDefault(''),
  from: parseAsTime.withDefault(DEFAULT_FROM),
  to: parseAsTime.withDefault(DEFAULT_TO),
  live: parseAsBoolean.withDefault(false),
  open: parseAsString,
  by: parseAsString.withDefault(BY_LEVEL),
  view: parseAsStringLiteral(['logs', 'patterns']).withDefault('logs'),
  saved: parseAsString,
  at: parseAsTime,
  refresh: parseAsStringLiteral(REFRESH_CHOICES),
  order: parseAsStringLiteral(['newest', 'oldest']).withDefault('newest'),
  columns: parseAsColumns.withDefault([...DEFAULT_COLUMNS]),
}
export type SearchState = inferParserType<typeof SEARCH_PARAMS>

/** `?query=...` of a search; what is as by default is left out. */
export const searchHref: (state: Partial<SearchState>) => string = createSerializer(SEARCH_PARAMS)

/** The search of a URL's query string. */
export const searchOfUrl: (search: string) => SearchState = createLoader(SEARCH_PARAMS)

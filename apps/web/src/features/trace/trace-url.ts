import { LEVELS } from '@heartwood/event'
import {
  createSerializer,
  type inferParserType,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server'

/** What of a trace is shown, as it stands in the URL; nothing chosen is everything. `open` is the id of the line in the drawer. */
export const TRACE_PARAMS = {
  service: parseAsArrayOf(parseAsString).withDefault([]),
  level: parseAsArrayOf(parseAsStringLiteral(LEVELS)).withDefault([]),
  open: parseAsString,
}
export type TraceState = inferParserType<typeof TRACE_PARAMS>

export const traceQuery: (state: Partial<TraceState>) => string = createSerializer(TRACE_PARAMS)

import { parse, type Query } from '@heartwood/query-lang'
import { AppError } from '@heartwood/runtime'

/** The query of a text. Throws `invalid_query` with the places of the errors: what has errors must not be run. */
export function checkedQuery(text: string): Query {
  const { query, diagnostics, valid } = parse(text)
  if (valid) return query
  const spans = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message, span }) => ({ message, start: span.start, end: span.end }))
  throw new AppError('invalid_query', spans[0]?.message ?? 'The query has an error.', { details: { spans } })
}

import { ALL, type Query } from '@heartwood/query-lang'

/** What counts as an error: level error and fatal. */
export const ERRORS: Query = {
  kind: 'field',
  field: 'level',
  match: { kind: 'compare', op: '>=', value: 'error' },
  span: { start: 0, end: 0 },
}

export function both(query: Query, other: Query): Query {
  return query.kind === ALL.kind ? other : { kind: 'and', terms: [query, other] }
}

import { parse, print, type Query } from '@heartwood/query-lang'

/** `field:value` as a filter the page adds and takes away by a click. */
export interface Filter {
  readonly field: string
  readonly value: string
  readonly exclude?: boolean
}

const NOWHERE = { start: 0, end: 0 }

/** The query with a filter ANDed to it; the same filter is not added twice, the opposite one goes. */
export function withFilter(text: string, filter: Filter): string {
  const parsed = parse(text)
  if (!parsed.valid) return print(termOf(filter))
  const opposite = { ...filter, exclude: filter.exclude !== true }
  if (hasFilter(text, filter)) return text
  const rest = hasFilter(text, opposite) ? withoutFilter(text, opposite) : text.trim()
  const { query } = parse(rest)
  const term = print(termOf(filter))
  if (query.kind === 'all') return term
  // The rest stays as its author wrote it.
  return query.kind === 'or' ? `(${rest}) ${term}` : `${rest} ${term}`
}

export function withoutFilter(text: string, filter: Filter): string {
  const parsed = parse(text)
  const unwanted = print(termOf(filter))
  const kept = termsOf(parsed.query).filter((term) => print(term) !== unwanted)
  if (!parsed.valid || kept.length === termsOf(parsed.query).length) return text
  const [only] = kept
  if (only === undefined) return ''
  return print(kept.length === 1 ? only : { kind: 'and', terms: kept })
}

/** Whether the query says this, as one of the terms that all must hold. */
export function hasFilter(text: string, filter: Filter): boolean {
  const { query, valid } = parse(text)
  const wanted = print(termOf(filter))
  return valid && termsOf(query).some((term) => print(term) === wanted)
}

export function toggledFilter(text: string, filter: Filter): string {
  return hasFilter(text, filter) ? withoutFilter(text, filter) : withFilter(text, filter)
}

function termsOf(query: Query): readonly Query[] {
  return query.kind === 'and' ? query.terms : [query]
}

function termOf({ field, value, exclude }: Filter): Query {
  const term: Query = { kind: 'field', field, match: { kind: 'equals', value }, span: NOWHERE }
  return exclude === true ? { kind: 'not', term } : term
}

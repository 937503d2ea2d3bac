import { type FieldMatch, parse, print, type Query } from '@heartwood/query-lang'

/** `field:value` as a filter the page adds and takes away by a click. */
export interface Filter {
  readonly field: string
  readonly value: string
  readonly exclude?: boolean
}

const NOWHERE = { start: 0, end: 0 }

/** The query with a filter ANDed to it; the same filter is not added twice, the opposite one goes. */
export function withFilter(text: string, filter: Filter): string {
  return withTerm(text, termOf(filter))
}

/** The query with a term ANDed to it; the same term is not added twice, its opposite goes. */
export function withTerm(text: string, term: Query): string {
  const added = print(term)
  if (!parse(text).valid) return added
  if (hasTerm(text, term)) return text
  const rest = withoutTerm(text, opposite(term)).trim()
  const { query } = parse(rest)
  if (query.kind === 'all') return added
  // The rest stays as its author wrote it.
  return query.kind === 'or' ? `(${rest}) ${added}` : `${rest} ${added}`
}

/** Each term that must hold, as it is written, and the query without it; none where there is only one. */
export function droppedTerms(text: string): { readonly term: string; readonly rest: string }[] {
  const { query, valid } = parse(text)
  const terms = termsOf(query)
  if (!valid || terms.length < 2) return []
  return [...new Map(terms.map((term) => [print(term), term]))].map(([written, term]) => ({
    term: written,
    rest: withoutTerm(text, term),
  }))
}

export function withoutFilter(text: string, filter: Filter): string {
  return withoutTerm(text, termOf(filter))
}

function withoutTerm(text: string, term: Query): string {
  const parsed = parse(text)
  const unwanted = print(term)
  const kept = termsOf(parsed.query).filter((each) => print(each) !== unwanted)
  if (!parsed.valid || kept.length === termsOf(parsed.query).length) return text
  const [only] = kept
  if (only === undefined) return ''
  return print(kept.length === 1 ? only : { kind: 'and', terms: kept })
}

/** Whether the query says this, as one of the terms that all must hold. */
export function hasFilter(text: string, filter: Filter): boolean {
  return hasTerm(text, termOf(filter))
}

function hasTerm(text: string, term: Query): boolean {
  const { query, valid } = parse(text)
  const wanted = print(term)
  return valid && termsOf(query).some((each) => print(each) === wanted)
}

export function toggledFilter(text: string, filter: Filter): string {
  return hasFilter(text, filter) ? withoutFilter(text, filter) : withFilter(text, filter)
}

function termsOf(query: Query): readonly Query[] {
  return query.kind === 'and' ? query.terms : [query]
}

/** The filter as a term of a query. */
export function termOf({ field, value, exclude }: Filter): Query {
  const term = fieldTerm(field, { kind: 'equals', value })
  return exclude === true ? opposite(term) : term
}

export function fieldTerm(field: string, match: FieldMatch): Query {
  return { kind: 'field', field, match, span: NOWHERE }
}

/** Free text that has these words in a row. */
export function textTerm(text: string): Query {
  return { kind: 'text', match: { kind: 'words', text }, span: NOWHERE }
}

function opposite(term: Query): Query {
  return term.kind === 'not' ? term.term : { kind: 'not', term }
}

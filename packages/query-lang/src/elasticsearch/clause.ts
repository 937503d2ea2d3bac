/** The clauses of Elasticsearch's query DSL that queries are made of, all of them filters: none scores. */
export type Clause =
  | { readonly match_all: Readonly<Record<string, never>> }
  | { readonly match_none: Readonly<Record<string, never>> }
  | { readonly exists: { readonly field: string } }
  | { readonly term: Readonly<Record<string, string | number | boolean>> }
  | { readonly terms: Readonly<Record<string, readonly string[]>> }
  | { readonly range: Readonly<Record<string, RangeBounds>> }
  | { readonly wildcard: Readonly<Record<string, { readonly value: string }>> }
  | { readonly match_phrase: Readonly<Record<string, string>> }
  | {
      readonly bool: {
        readonly filter?: readonly Clause[]
        readonly should?: readonly Clause[]
        readonly must_not?: readonly Clause[]
        readonly minimum_should_match?: number
      }
    }

export interface RangeBounds {
  readonly gt?: string | number
  readonly gte?: string | number
  readonly lt?: string | number
  readonly lte?: string | number
}

/**
 * What an index says of a query: `clause` matches every event that the query matches, of those the index knows wholly
 * (`inexact` is not set on them). If `exact`, it matches no other; else each event has to be looked at itself.
 */
export interface Narrowed {
  readonly clause: Clause
  readonly exact: boolean
}

export const EVERYTHING: Narrowed = { clause: { match_all: {} }, exact: true }
export const NOTHING: Narrowed = { clause: { match_none: {} }, exact: true }
/** The index knows nothing of it. */
export const UNKNOWN: Narrowed = { clause: { match_all: {} }, exact: false }

export function exactly(clause: Clause): Narrowed {
  return { clause, exact: true }
}

/** The clause is a condition that matches need to meet, and not the only one. */
export function atMost({ clause }: Narrowed): Narrowed {
  return isNothing(clause) ? NOTHING : { clause, exact: false }
}

export function allOf(parts: readonly Narrowed[]): Narrowed {
  if (parts.some(({ clause }) => isNothing(clause))) return NOTHING
  const exact = parts.every((part) => part.exact)
  const clauses = parts.map(({ clause }) => clause).filter((clause) => !isEverything(clause))
  const [only] = clauses
  if (only === undefined) return exact ? EVERYTHING : UNKNOWN
  return { clause: clauses.length === 1 ? only : { bool: { filter: clauses } }, exact }
}

export function anyOf(parts: readonly Narrowed[]): Narrowed {
  if (parts.some(({ clause, exact }) => exact && isEverything(clause))) return EVERYTHING
  if (parts.some(({ clause }) => isEverything(clause))) return UNKNOWN
  const exact = parts.every((part) => part.exact)
  const clauses = together(parts.map(({ clause }) => clause).filter((clause) => !isNothing(clause)))
  const [only] = clauses
  if (only === undefined) return NOTHING
  return {
    clause: clauses.length === 1 ? only : { bool: { should: clauses, minimum_should_match: 1 } },
    exact,
  }
}

export function noneOf({ clause, exact }: Narrowed): Narrowed {
  if (!exact) return UNKNOWN
  if (isEverything(clause)) return NOTHING
  return isNothing(clause) ? EVERYTHING : exactly({ bool: { must_not: [clause] } })
}

/** Terms of the same field, as of a pasted list, as one clause: of clauses Elasticsearch takes so many. */
function together(clauses: readonly Clause[]): Clause[] {
  const others: Clause[] = []
  const byField = new Map<string, string[]>()
  for (const clause of clauses) {
    const entries = 'term' in clause ? Object.entries(clause.term) : []
    const [field, term] = entries[0] ?? []
    if (field === undefined || typeof term !== 'string') others.push(clause)
    else {
      const terms = byField.get(field)
      if (terms === undefined) byField.set(field, [term])
      else terms.push(term)
    }
  }
  return [
    ...[...byField].map(([field, terms]): Clause => {
      const [only] = terms
      return terms.length === 1 && only !== undefined
        ? { term: { [field]: only } }
        : { terms: { [field]: terms } }
    }),
    ...others,
  ]
}

function isEverything(clause: Clause): boolean {
  return 'match_all' in clause
}

function isNothing(clause: Clause): boolean {
  return 'match_none' in clause
}

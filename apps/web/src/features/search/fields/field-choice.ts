import { fieldTarget } from '@heartwood/event'
import { parse, print, type Query } from '@heartwood/query-lang'
import { termOf, withTerm } from '../edit-query.ts'

/** What a query asks of the values of one field: any of `included`, none of `excluded`. */
export interface FieldChoice {
  readonly included: readonly string[]
  readonly excluded: readonly string[]
}

export const ANY_VALUE: FieldChoice = { included: [], excluded: [] }

/** The choice that stands in a query as terms of its own, which all must hold. */
export function choiceOf(text: string, field: string): FieldChoice {
  const { query, valid } = parse(text)
  if (!valid) return ANY_VALUE
  const parts = termsOf(query).flatMap((term) => choiceIn(term, field) ?? [])
  return {
    included: parts.flatMap(({ included }) => included),
    excluded: parts.flatMap(({ excluded }) => excluded),
  }
}

/** The query with another choice for a field; what else it asks stays. */
export function withChoice(text: string, field: string, choice: FieldChoice): string {
  const { query, valid } = parse(text)
  const terms = valid ? termsOf(query) : []
  const kept = terms.filter((term) => choiceIn(term, field) === undefined)
  // As its author wrote it, unless something of it goes.
  const rest = !valid ? '' : kept.length === terms.length ? text : printed(kept)
  return choiceTerms(field, choice).reduce(narrowed, rest)
}

/** The query without what it asks of a field alone: what the values of that field are counted by, so that others can be chosen. */
export function withoutChoice(text: string, field: string): string {
  return withChoice(text, field, ANY_VALUE)
}

/** The choice after a value was clicked: one more that is included, or it is no more. */
export function toggledValue(choice: FieldChoice, value: string, side: keyof FieldChoice): FieldChoice {
  const without = {
    included: choice.included.filter((each) => each !== value),
    excluded: choice.excluded.filter((each) => each !== value),
  }
  return choice[side].includes(value) ? without : { ...without, [side]: [...without[side], value] }
}

/** The query with a term ANDed to it, which may say OR itself. */
function narrowed(text: string, term: Query): string {
  if (term.kind !== 'or') return withTerm(text, term)
  const { query } = parse(text)
  if (query.kind === 'all') return print(term)
  return `${query.kind === 'or' ? `(${text.trim()})` : text.trim()} (${print(term)})`
}

function choiceTerms(field: string, { included, excluded }: FieldChoice): Query[] {
  const any = included.map((value) => termOf({ field, value }))
  const none = excluded.map((value) => termOf({ field, value, exclude: true }))
  const [only] = any
  if (only === undefined) return none
  return [any.length === 1 ? only : { kind: 'or', terms: any }, ...none]
}

/** What a term says of a field alone; undefined where it says anything else. */
function choiceIn(term: Query, field: string): FieldChoice | undefined {
  switch (term.kind) {
    case 'field':
      return isField(term.field, field) && term.match.kind === 'equals'
        ? { included: [term.match.value], excluded: [] }
        : undefined
    case 'not': {
      const inner = term.term.kind === 'field' ? choiceIn(term.term, field) : undefined
      return inner && { included: [], excluded: inner.included }
    }
    case 'or': {
      const parts = term.terms.map((each) => (each.kind === 'field' ? choiceIn(each, field) : undefined))
      if (parts.includes(undefined)) return undefined
      return { included: parts.flatMap((part) => part?.included ?? []), excluded: [] }
    }
    case 'all':
    case 'and':
    case 'text':
      return undefined
  }
}

/** `service.name` is `service`. */
function isField(name: string, field: string): boolean {
  return name === field || canonical(name) === canonical(field)
}

function canonical(name: string): string {
  const target = fieldTarget(name)
  return target.at === 'own' ? target.field.name : `${target.at}:${target.key}`
}

function termsOf(query: Query): readonly Query[] {
  return query.kind === 'and' ? query.terms : query.kind === 'all' ? [] : [query]
}

function printed(terms: readonly Query[]): string {
  const [only] = terms
  if (only === undefined) return ''
  return print(terms.length === 1 ? only : { kind: 'and', terms })
}

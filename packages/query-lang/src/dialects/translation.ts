import type { Query } from '../ast.ts'
import { problems } from '../check.ts'
import { print } from '../print.ts'

export type Dialect = 'KQL' | 'Lucene' | 'Datadog' | 'Loki'

/** A query of another product in this one's language. */
export interface Translation {
  readonly dialect: Dialect
  /** What to ask instead; it has no errors. */
  readonly text: string
  /** What of it cannot be said here, each one sentence; the rest finds what is left without it. */
  readonly lost: readonly string[]
}

/** What a dialect's reader made of a text: a tree, and what has no place in it. */
export interface Understood {
  readonly query: Query | undefined
  readonly lost: readonly string[]
}

/** Thrown by a reader, and caught by it, where a text is not of its dialect after all. */
export class NotUnderstood extends Error {}

/** Parentheses inside each other that a reader follows. */
export const MAX_DEPTH = 50

/** Reads with a reader; undefined where it gives up. */
export function understood(read: () => Understood): Understood | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined
    throw error
  }
}

/** The tree without what no event could match here, which `lost` tells with its reason. */
export function askable(query: Query, lost: string[]): Query | undefined {
  switch (query.kind) {
    case 'all':
      return query
    case 'and':
    case 'or':
      return joined(
        query.kind,
        query.terms.map((term) => askable(term, lost)),
      )
    case 'not': {
      const term = askable(query.term, lost)
      return term && { kind: 'not', term }
    }
    case 'text':
    case 'field': {
      const [problem] = problems(query)
      if (problem === undefined) return query
      lost.push(`\`${print(query)}\`: ${problem.message}`)
      return undefined
    }
  }
}

/** Terms under one operator, those inside of the same kind lifted, each once; undefined where there are none. */
export function joined(kind: 'and' | 'or', terms: readonly (Query | undefined)[]): Query | undefined {
  const there = terms.flatMap((term) => {
    if (term === undefined) return []
    return term.kind === kind ? term.terms : [term]
  })
  const once = [...new Map(there.map((term) => [print(term), term])).values()]
  return once.length > 1 ? { kind, terms: once } : once[0]
}

const NOWHERE = { start: 0, end: 0 }

export function fieldIs(field: string, value: string): Query {
  return { kind: 'field', field, match: { kind: 'equals', value }, span: NOWHERE }
}

export function fieldExists(field: string): Query {
  return { kind: 'field', field, match: { kind: 'exists' }, span: NOWHERE }
}

export function fieldLike(field: string, kind: 'wildcard' | 'regex', pattern: string): Query {
  return { kind: 'field', field, match: { kind, pattern }, span: NOWHERE }
}

export function fieldCompares(field: string, op: '>' | '>=' | '<' | '<=', value: string): Query {
  return { kind: 'field', field, match: { kind: 'compare', op, value }, span: NOWHERE }
}

export function text(words: string): Query {
  return { kind: 'text', match: { kind: 'words', text: words }, span: NOWHERE }
}

export function textLike(kind: 'wildcard' | 'regex', pattern: string): Query {
  return { kind: 'text', match: { kind, pattern }, span: NOWHERE }
}

export function not(term: Query | undefined): Query | undefined {
  return term && { kind: 'not', term }
}

/** A text as a regular expression that finds just it. */
export function literally(found: string): string {
  return found.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

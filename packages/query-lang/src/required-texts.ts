import { fieldTarget } from '@heartwood/event'
import type { FieldMatch, Query } from './ast.ts'
import type { Glob } from './glob.ts'
import type { TermField } from './required-terms.ts'
import { proseTest, type TextTest, textMatcher } from './text-test.ts'
import { valueTest } from './value-test.ts'
import { fold } from './words.ts'

/**
 * Pieces of text that an event must hold so that a query can match it: looked for in bytes, before events are tested one by
 * one. It lets through too much rather than too little. `any` of nothing is what no event has.
 */
export type RequiredText =
  | { readonly kind: 'all' | 'any'; readonly texts: readonly RequiredText[] }
  /** Folded, in some case, not empty: in this field, or in the free text of the event (see TextMatch) where none is named. */
  | { readonly kind: 'piece'; readonly text: string; readonly field: TermField | undefined }

const NOTHING: RequiredText = { kind: 'any', texts: [] }

/** What every match of a valid query holds, or undefined where nothing is known of its texts. */
export function requiredText(query: Query): RequiredText | undefined {
  switch (query.kind) {
    case 'all':
    case 'not':
      return undefined
    case 'and':
      return allOf(query.terms.map(requiredText))
    case 'or':
      return anyOf(query.terms.map(requiredText))
    case 'text':
      return piecesOf(proseTest(query.match), undefined)
    case 'field':
      return field(query.field, query.match)
  }
}

function field(name: string, match: FieldMatch): RequiredText | undefined {
  if (match.kind === 'exists') return undefined
  const target = fieldTarget(name)
  switch (target.at) {
    case 'own': {
      const { name: key, kind } = target.field
      if (kind !== 'text' && kind !== 'keyword') return undefined
      return piecesOf(valueTest(match, kind).text, { area: 'own', key })
    }
    case 'attribute':
      return keyed({ area: 'attributes', key: target.key }, match, target.kind)
    case 'resource':
      return keyed({ area: 'resource', key: target.key }, match, 'keyword')
  }
}

/** Nothing is known where a number or a boolean may pass. */
function keyed(field: TermField, match: FieldMatch, kind: 'keyword' | 'text'): RequiredText | undefined {
  const { text, number, digits } = valueTest(match, kind)
  if (number !== undefined || digits || text.kind === 'regex') return undefined
  const matches = textMatcher(text)
  return matches('true') || matches('false') ? undefined : piecesOf(text, field)
}

function piecesOf(test: TextTest, field: TermField | undefined): RequiredText | undefined {
  if (test.kind === 'never') return NOTHING
  return allOf(piecesIn(test).map((text) => ({ kind: 'piece' as const, text, field })))
}

/** Folded texts, none empty, that each string which passes a test holds in some case. */
export function piecesIn(test: TextTest): string[] {
  return literalsIn(test).flatMap((text) => (text === '' ? [] : [fold(text)]))
}

function literalsIn(test: TextTest): readonly string[] {
  switch (test.kind) {
    case 'never':
    case 'regex':
      return []
    case 'is':
      return [test.value]
    case 'contains':
      return [test.text]
    case 'phrase':
      return test.words
    case 'glob':
    case 'glob_inside':
      return literalsOf(test.glob)
    case 'glob_words':
      return test.globs.flatMap(literalsOf)
  }
}

function literalsOf(glob: Glob): string[] {
  return glob.flatMap((part) => (part.kind === 'literal' ? [part.text] : []))
}

function allOf(texts: readonly (RequiredText | undefined)[]): RequiredText | undefined {
  const known = texts.filter((text) => text !== undefined)
  return known.length > 1 ? { kind: 'all', texts: known } : known[0]
}

function anyOf(texts: readonly (RequiredText | undefined)[]): RequiredText | undefined {
  const known = texts.filter((text) => text !== undefined)
  if (known.length < texts.length) return undefined
  return known.length > 1 ? { kind: 'any', texts: known } : known[0]
}

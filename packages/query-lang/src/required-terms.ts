import { fieldTarget } from '@heartwood/event'
import type { FieldMatch, Query } from './ast.ts'
import type { Glob } from './glob.ts'
import { FREE_TEXT_FIELDS } from './predicate.ts'
import { proseTest, type TextTest, textMatcher } from './text-test.ts'
import { valueTest } from './value-test.ts'
import { isWordCharacter, words } from './words.ts'

/**
 * What a set of events must hold so that a query can match any of them: asked of an index before events are read.
 * It lets through too much rather than too little. A closed union; `all` and `any` have two terms or more, none of their own kind.
 */
export type RequiredTerms =
  | { readonly kind: 'anything' }
  /** No event can match. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'all' | 'any'; readonly terms: readonly RequiredTerms[] }
  /** This folded word in the free text of an event (see TextMatch). */
  | { readonly kind: 'word'; readonly word: string }
  /** This whole value, or an array with it as element, in a field; of a boolean, `true` or `false`. */
  | {
      readonly kind: 'value'
      readonly field: TermField
      readonly type: 'string' | 'boolean'
      readonly value: string
    }
  /** A number, or an array with one, in a field. */
  | { readonly kind: 'number'; readonly field: TermField }

/** A field as events hold it: names of a query that mean the same are the same here. */
export interface TermField {
  readonly area: 'own' | 'attributes' | 'resource'
  readonly key: string
}

const ANYTHING: RequiredTerms = { kind: 'anything' }
const NOTHING: RequiredTerms = { kind: 'nothing' }

/** Own fields that a bare word looks into. */
const FREE_TEXT: ReadonlySet<string> = new Set(FREE_TEXT_FIELDS)

/** What every match of a valid query needs. What says nothing about words and values, times and levels too, needs anything. */
export function requiredTerms(query: Query): RequiredTerms {
  switch (query.kind) {
    case 'all':
    case 'not':
      return ANYTHING
    case 'and':
      return allOf(query.terms.map(requiredTerms))
    case 'or':
      return anyOf(query.terms.map(requiredTerms))
    case 'text':
      return wordsOf(proseTest(query.match))
    case 'field':
      return field(query.field, query.match)
  }
}

function field(name: string, match: FieldMatch): RequiredTerms {
  if (match.kind === 'exists') return ANYTHING
  const target = fieldTarget(name)
  switch (target.at) {
    case 'own': {
      const { name: key, kind } = target.field
      if (kind !== 'text' && kind !== 'keyword') return ANYTHING
      const { text } = valueTest(match, kind)
      if (FREE_TEXT.has(key)) return wordsOf(text)
      return stringIn({ area: 'own', key }, text)
    }
    case 'attribute':
      return keyed({ area: 'attributes', key: target.key }, match, target.kind)
    case 'resource':
      return keyed({ area: 'resource', key: target.key }, match, 'keyword')
  }
}

/** A value that is a string, a boolean or a number, each by its own way to match. */
function keyed(field: TermField, match: FieldMatch, kind: 'keyword' | 'text'): RequiredTerms {
  const test = valueTest(match, kind)
  const string = stringIn(field, test.text)
  const isNumber = test.number !== undefined || test.digits
  return anyOf([
    field.area === 'attributes' ? allOf([string, wordsOf(test.text)]) : string,
    ...booleansIn(field, test.text),
    ...(isNumber ? [{ kind: 'number' as const, field }] : []),
  ])
}

function stringIn(field: TermField, test: TextTest): RequiredTerms {
  if (test.kind === 'never') return NOTHING
  return test.kind === 'is' ? { kind: 'value', field, type: 'string', value: test.value } : ANYTHING
}

function booleansIn(field: TermField, test: TextTest): RequiredTerms[] {
  if (test.kind === 'regex') return [ANYTHING]
  const matches = textMatcher(test)
  return ['true', 'false'].filter(matches).map((value) => ({ kind: 'value', field, type: 'boolean', value }))
}

/** The words that a string of free text has if it passes. */
function wordsOf(test: TextTest): RequiredTerms {
  switch (test.kind) {
    case 'never':
      return NOTHING
    case 'regex':
      return ANYTHING
    case 'is':
      return allOf(words(test.value).map(wordOf))
    case 'phrase':
      return allOf(test.words.map(wordOf))
    case 'contains':
      return allOf(closedWords(test.text, { atStart: false, atEnd: false }).map(wordOf))
    case 'glob':
      return allOf(globWords(test.glob, true).map(wordOf))
    case 'glob_inside':
      return allOf(globWords(test.glob, false).map(wordOf))
    case 'glob_words':
      return allOf(
        test.globs.flatMap(([first, second]) =>
          first?.kind === 'literal' && second === undefined ? [wordOf(first.text)] : [],
        ),
      )
  }
}

function wordOf(word: string): RequiredTerms {
  return { kind: 'word', word }
}

/** The whole words that the literals of a glob pin down; `anchored` means that the glob stands for a whole text. */
function globWords(glob: Glob, anchored: boolean): string[] {
  return glob.flatMap((part, index) => {
    if (part.kind !== 'literal') return []
    return closedWords(part.text, {
      atStart: anchored && index === 0,
      atEnd: anchored && index === glob.length - 1,
    })
  })
}

/** The words of a piece of a text that cannot go on outside it; the piece may be where the text starts or ends. */
function closedWords(
  piece: string,
  border: { readonly atStart: boolean; readonly atEnd: boolean },
): string[] {
  const found = words(piece)
  const first = piece.codePointAt(0)
  const last = [...piece].at(-1)?.codePointAt(0)
  const openStart = !border.atStart && first !== undefined && isWordCharacter(first)
  const openEnd = !border.atEnd && last !== undefined && isWordCharacter(last)
  return found.slice(openStart ? 1 : 0, openEnd ? -1 : undefined)
}

function allOf(terms: readonly RequiredTerms[]): RequiredTerms {
  if (terms.some(({ kind }) => kind === 'nothing')) return NOTHING
  const needed = terms.flatMap((term) =>
    term.kind === 'all' ? term.terms : term.kind === 'anything' ? [] : [term],
  )
  const [only] = needed
  if (only === undefined) return ANYTHING
  return needed.length === 1 ? only : { kind: 'all', terms: needed }
}

function anyOf(terms: readonly RequiredTerms[]): RequiredTerms {
  if (terms.some(({ kind }) => kind === 'anything')) return ANYTHING
  const possible = terms.flatMap((term) =>
    term.kind === 'any' ? term.terms : term.kind === 'nothing' ? [] : [term],
  )
  const [only] = possible
  if (only === undefined) return NOTHING
  return possible.length === 1 ? only : { kind: 'any', terms: possible }
}

import type { RequiredTerms } from '@heartwood/query-lang'
import { numberTerm, REST_TERM, spread, unlistedTerm, valueTerm, wordTerm } from './term-hash.ts'

/** Whether rows can match, by what says whether they have a term (as `spread` gives it) or may have it. */
export type TermTest = (has: (term: number) => boolean) => boolean

/** Hashes what a query needs once, to ask many filters for it. */
export function termTest(required: RequiredTerms): TermTest {
  switch (required.kind) {
    case 'anything':
      return () => true
    case 'nothing':
      return () => false
    case 'all': {
      const tests = required.terms.map(termTest)
      return (has) => tests.every((test) => test(has))
    }
    case 'any': {
      const tests = required.terms.map(termTest)
      return (has) => tests.some((test) => test(has))
    }
    case 'word':
      return anyTerm([wordTerm(required.word)])
    case 'value': {
      const { field, type, value } = required
      const told = valueTerm(field, type, value)
      // Own fields are never in `rest`.
      const rest = field.area === 'own' ? [] : [REST_TERM]
      return anyTerm(type === 'string' ? [told, unlistedTerm(field), ...rest] : [told, ...rest])
    }
    case 'number':
      return anyTerm([numberTerm(required.field), REST_TERM])
  }
}

function anyTerm(terms: readonly number[]): TermTest {
  const spreadTerms = terms.map(spread)
  return (has) => spreadTerms.some(has)
}

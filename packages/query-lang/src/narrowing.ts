import type { Query, Span } from './ast.ts'
import { parse } from './parse.ts'
import { print } from './print.ts'

/**
 * What the rest of a query asks of every event for which the value at a place counts, as a query: its terms under the same AND, but none of
 * the other sides of an OR. `*` where that is nothing.
 * @param place the value, with the field's name before it; it may be empty or unfinished
 */
export function narrowing(text: string, place: Span): string {
  const rest = text.slice(place.end)
  const written = /^[^\s()]*/.exec(rest)?.[0].length ?? 0
  const whole = `${text.slice(0, place.start)}x${rest.slice(written)}`
  const terms = besides(parse(whole).query, place.start) ?? []
  const [only] = terms
  if (only === undefined) return '*'
  const query = print(terms.length === 1 ? only : { kind: 'and', terms })
  return parse(query).valid ? query : '*'
}

/** The terms that must hold beside the one at an offset; undefined where that is not in the tree. */
function besides(query: Query, at: number): Query[] | undefined {
  switch (query.kind) {
    case 'all':
      return undefined
    case 'text':
    case 'field':
      return query.span.start <= at && at < query.span.end ? [] : undefined
    case 'not':
      return besides(query.term, at)
    case 'or':
      return query.terms.map((term) => besides(term, at)).find((found) => found !== undefined)
    case 'and': {
      const index = query.terms.findIndex((term) => besides(term, at) !== undefined)
      const inner = query.terms[index]
      if (inner === undefined) return undefined
      return [...query.terms.filter((_term, i) => i !== index), ...(besides(inner, at) ?? [])]
    }
  }
}

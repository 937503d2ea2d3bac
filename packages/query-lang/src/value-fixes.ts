import type { Fix } from './ast.ts'
import type { Problem } from './check.ts'
import { replacement } from './fixes.ts'
import { nextToken } from './lexer.ts'
import { print } from './print.ts'

/** How a value that could match nothing may be meant, as an edit of the text it stands in. */
export function fixOfProblem(text: string, { node, instead }: Problem): Fix | undefined {
  if (node.match.kind === 'regex') {
    const written = text.slice(node.span.start, node.span.end)
    const named = written.replaceAll(/\(\?<(?![=!])/g, '(?P<')
    return named === written ? undefined : replacement(node.span, named)
  }
  if (node.kind !== 'field' || instead === undefined) return undefined
  const whole = print({ ...node, match: instead })
  if (beginsWithName(text, node.span.start)) return replacement(node.span, whole)
  // Inside `name:( )` only the value stands at the place.
  const value = print({ ...node, field: 'x', match: instead })
    .slice('x'.length)
    .replace(/^:/, '')
  return replacement(node.span, value)
}

function beginsWithName(text: string, start: number): boolean {
  const name = nextToken(text, start, 'term')
  if (name.kind !== 'word' && name.kind !== 'phrase') return false
  const behind = nextToken(text, name.end, 'term')
  return behind.kind === 'op' || (behind.kind === ':' && behind.start === name.end)
}

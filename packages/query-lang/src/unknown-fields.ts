import { fieldTarget, OWN_FIELDS, ownField } from '@heartwood/event'
import { mostAlike } from './alike.ts'
import type { Diagnostic } from './ast.ts'
import { replacement } from './fixes.ts'
import { nextToken } from './lexer.ts'
import { piecesOf } from './parse.ts'
import { printName } from './print.ts'

/**
 * Warnings of fields that a query names and no log has, where one that is alike does occur: `serivce:checkout`.
 * @param occurring names of fields in the logs that are searched
 */
export function unknownFields(text: string, occurring: readonly string[]): Diagnostic[] {
  const known = new Set(occurring)
  if (known.size === 0) return []
  const meant = new Set([...OWN_FIELDS.flatMap(({ name, aliases }) => [name, ...aliases]), ...occurring])
  return piecesOf(text).flatMap((piece): Diagnostic[] => {
    if (piece.kind !== 'field') return []
    const token = nextToken(text, piece.start, 'term')
    const name = token.kind === 'word' || token.kind === 'phrase' ? token.text : ''
    if (name === '' || known.has(name) || isKnown(name, known)) return []
    const alike = mostAlike(name, meant)
    if (alike === undefined) return []
    const { start, end } = piece
    return [
      {
        severity: 'warning',
        message: `No log in this range has a field \`${name}\``,
        span: { start, end },
        fixes: [replacement({ start, end }, printName(alike))],
      },
    ]
  })
}

function isKnown(name: string, known: ReadonlySet<string>): boolean {
  if (ownField(name) !== undefined) return true
  const target = fieldTarget(name)
  return target.at !== 'own' && known.has(target.key)
}

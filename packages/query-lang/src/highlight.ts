import type { Level } from '@heartwood/event'
import type { Span } from './ast.ts'

/** What a part of a query's text is. `text` is a word of free text, `value` one of a field; `level` a level's word. */
export type PieceKind =
  | 'field'
  | 'operator'
  | 'not'
  | 'parenthesis'
  | 'text'
  | 'value'
  | 'phrase'
  | 'regex'
  | 'level'

export interface Piece extends Span {
  readonly kind: PieceKind
  /** With `level`. */
  readonly level?: Level
}

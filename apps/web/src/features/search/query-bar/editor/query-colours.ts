import { RangeSetBuilder } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view'
import { type Piece, piecesOf } from '@heartwood/query-lang'

/** Colours the text by what the language's own parser takes each part for; the classes stand in globals.css. */
export const colours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet
    constructor(view: EditorView) {
      this.decorations = decorated(view)
    }
    update(update: ViewUpdate): void {
      if (update.docChanged) this.decorations = decorated(update.view)
    }
  },
  { decorations: (plugin) => plugin.decorations },
)

const MARKS = new Map<string, Decoration>()

function decorated(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>()
  for (const piece of piecesOf(view.state.doc.toString()))
    builder.add(piece.start, piece.end, markOf(classOf(piece)))
  return builder.finish()
}

function classOf({ kind, level }: Piece): string {
  return level === undefined ? `query-${kind}` : `query-level query-level-${level}`
}

function markOf(name: string): Decoration {
  const known = MARKS.get(name)
  if (known !== undefined) return known
  const made = Decoration.mark({ class: name })
  MARKS.set(name, made)
  return made
}

import {
  acceptCompletion,
  completionStatus,
  moveCompletionSelection,
  selectedCompletionIndex,
  startCompletion,
} from '@codemirror/autocomplete'
import { history, historyKeymap, insertNewline, standardKeymap } from '@codemirror/commands'
import { type Extension, Prec } from '@codemirror/state'
import { type EditorView, type KeyBinding, keymap } from '@codemirror/view'

/**
 * The keys of the query bar. Enter runs unless a suggestion was chosen with the arrows, so that a finished query is never changed by the
 * list; Tab takes the first one. Tab without a list leaves the bar, as everywhere.
 */
export function editorKeys(does: { run(): void; remedy(cursor: number): boolean }): Extension {
  const run = () => {
    does.run()
    return true
  }
  const remedy = (view: EditorView) => does.remedy(view.state.selection.main.head)
  const keys: KeyBinding[] = [
    { key: 'Enter', run },
    { key: 'Mod-Enter', run },
    { key: 'Shift-Enter', run: insertNewline },
    { key: 'Alt-Enter', run: remedy },
    { key: 'Ctrl-.', run: remedy },
    { key: 'Tab', run: takeSuggestion },
    { key: 'ArrowDown', run: openOnEmpty },
    { key: 'Escape', run: leave },
  ]
  return [history(), Prec.high(keymap.of(keys)), keymap.of([...historyKeymap, ...standardKeymap])]
}

function takeSuggestion(view: EditorView): boolean {
  if (completionStatus(view.state) !== 'active') return false
  if (selectedCompletionIndex(view.state) === null) moveCompletionSelection(true)(view)
  return acceptCompletion(view)
}

function openOnEmpty(view: EditorView): boolean {
  return view.state.doc.length === 0 && startCompletion(view)
}

function leave(view: EditorView): boolean {
  view.contentDOM.blur()
  return true
}

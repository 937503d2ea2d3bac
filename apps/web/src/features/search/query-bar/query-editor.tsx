'use client'

import { closeCompletion, completionStatus } from '@codemirror/autocomplete'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, placeholder } from '@codemirror/view'
import type { Span } from '@heartwood/query-lang'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { TEST_IDS } from '../../../test-ids.ts'
import { completions } from './editor/completions.ts'
import { editorKeys } from './editor/editor-keys.ts'
import { colours } from './editor/query-colours.ts'
import { setWrongPlaces, wrongPlaces } from './editor/wrong-places.ts'
import { MAX_QUERY, PLACEHOLDER } from './query-text.ts'
import type { Suggestions } from './suggestions.ts'
import type { TakenCursor } from './use-editor.ts'

/** What the page does with the query bar, whichever of its two forms it has. */
export interface QueryBarHandle {
  /** Puts the focus into the bar, with all its text selected. */
  select(): void
}

export interface QueryEditorProps {
  readonly draft: string
  readonly wrong: readonly Span[]
  readonly describedBy: string | undefined
  readonly taken: TakenCursor
  readonly suggestions: Suggestions
  readonly handle: RefObject<QueryBarHandle | null>
  onDraft(text: string): void
  onRun(): void
  /** Takes the remedy at a cursor; false where there is none. */
  onRemedy(cursor: number): boolean
  /** Whether the list of suggestions is open. */
  onSuggesting(open: boolean): void
}

/** The query bar as an editor. CodeMirror has the text while someone types; the draft of the page follows it. */
export function QueryEditor(props: QueryEditorProps) {
  const box = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const latest = useRef(props)
  latest.current = props
  const attributes = useRef(new Compartment())

  useLayoutEffect(() => {
    if (box.current === null) return
    const { draft, taken } = latest.current
    const made = new EditorView({
      parent: box.current,
      state: EditorState.create({
        doc: draft,
        selection: { anchor: Math.min(taken.from, draft.length), head: Math.min(taken.to, draft.length) },
        extensions: [
          editorKeys({
            run: () => latest.current.onRun(),
            remedy: (cursor) => latest.current.onRemedy(cursor),
          }),
          completions(() => latest.current.suggestions),
          colours,
          wrongPlaces,
          EditorView.lineWrapping,
          placeholder(PLACEHOLDER),
          EditorState.transactionFilter.of((change) => (change.newDoc.length > MAX_QUERY ? [] : change)),
          attributes.current.of(contentAttributes(undefined)),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onDraft(update.state.doc.toString())
            latest.current.onSuggesting(completionStatus(update.state) === 'active')
            if (update.focusChanged && !update.view.hasFocus) closeCompletion(update.view)
          }),
        ],
      }),
    })
    view.current = made
    if (taken.focused) made.focus()
    return () => made.destroy()
  }, [])

  const { handle, draft, wrong, describedBy } = props
  useEffect(() => {
    handle.current = {
      select() {
        const made = view.current
        made?.focus()
        made?.dispatch({ selection: { anchor: 0, head: made.state.doc.length } })
      },
    }
    return () => {
      handle.current = null
    }
  }, [handle])

  useLayoutEffect(() => {
    const made = view.current
    if (made === undefined || made.state.doc.toString() === draft) return
    made.dispatch({
      changes: { from: 0, to: made.state.doc.length, insert: draft },
      selection: { anchor: draft.length },
    })
  }, [draft])

  useEffect(() => view.current?.dispatch({ effects: setWrongPlaces.of(wrong) }), [wrong])
  useEffect(
    () => view.current?.dispatch({ effects: attributes.current.reconfigure(contentAttributes(describedBy)) }),
    [describedBy],
  )

  return <div ref={box} className="query-editor min-w-0 flex-1" />
}

function contentAttributes(describedBy: string | undefined): Extension {
  return EditorView.contentAttributes.of({
    'aria-label': 'Query',
    'aria-invalid': String(describedBy !== undefined),
    ...(describedBy !== undefined && { 'aria-describedby': describedBy }),
    'data-testid': TEST_IDS.queryInput,
    spellcheck: 'false',
    autocorrect: 'off',
    autocapitalize: 'off',
  })
}

import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
} from '@codemirror/autocomplete'
import type { Extension } from '@codemirror/state'
import { type EditorView, tooltips } from '@codemirror/view'
import { type Offer, offersAt, type Suggestions } from '../suggestions.ts'

/** Suggestions while someone types, or on Ctrl-Space; never by themselves. */
export function completions(suggestions: () => Suggestions): Extension {
  return [
    // In a box of its own the list would be cut off at the bar's edge.
    tooltips({ parent: document.body, position: 'fixed' }),
    autocompletion({
      override: [(context) => offered(context, suggestions())],
      selectOnOpen: false,
      interactionDelay: 0,
      icons: false,
      activateOnCompletion: ({ type }) => type === 'field',
      tooltipClass: () => 'query-suggestions',
    }),
  ]
}

async function offered(
  context: CompletionContext,
  suggestions: Suggestions,
): Promise<CompletionResult | null> {
  const left = new AbortController()
  context.addEventListener('abort', () => left.abort(), { onDocChange: true })
  const text = context.state.doc.toString()
  const offers = await offersAt(text, context.pos, context.explicit, suggestions, left.signal)
  const [first] = offers
  if (first === undefined || context.aborted) return null
  return { from: first.start, to: context.pos, options: offers.map(completionOf), filter: false }
}

function completionOf(offer: Offer): Completion {
  return {
    label: offer.label,
    type: offer.kind,
    ...(offer.about !== undefined && { detail: offer.about }),
    apply: (view, completion) => take(view, completion, offer),
  }
}

function take(view: EditorView, completion: Completion, { start, end, insert }: Offer): void {
  const rest = view.state.sliceDoc(end, end + 1)
  const isSpaced = insert.endsWith(' ') && rest === ' '
  const text = isSpaced ? insert.trimEnd() : insert
  view.dispatch({
    changes: { from: start, to: end, insert: text },
    selection: { anchor: start + text.length + (isSpaced ? 1 : 0) },
    annotations: pickedCompletion.of(completion),
    userEvent: 'input.complete',
    scrollIntoView: true,
  })
}

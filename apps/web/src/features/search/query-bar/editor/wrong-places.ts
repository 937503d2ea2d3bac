import { StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view'
import type { Span } from '@heartwood/query-lang'
import { TEST_IDS } from '../../../../test-ids.ts'

/** Underlines the places of errors; they move with the text until the next are set. */
export const setWrongPlaces = StateEffect.define<readonly Span[]>()

const MARK = Decoration.mark({ class: 'wavy', attributes: { 'data-testid': TEST_IDS.queryErrorSpan } })

export const wrongPlaces = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(places, transaction) {
    const set = transaction.effects.find((effect) => effect.is(setWrongPlaces))
    if (set === undefined || !set.is(setWrongPlaces)) return places.map(transaction.changes)
    const { length } = transaction.newDoc
    const marks = set.value.flatMap(({ start, end }) => {
      // A place of no width marks the character before it: it must be seen.
      const from = Math.max(0, Math.min(start, length - 1))
      const to = Math.min(Math.max(end, from + 1), length)
      return from < to ? [MARK.range(from, to)] : []
    })
    return Decoration.set(marks, true)
  },
  provide: (field) => EditorView.decorations.from(field),
})

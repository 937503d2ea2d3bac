import { parse } from '@heartwood/query-lang'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markSpans } from '../src/features/search/query-bar/mark-spans.ts'

test('every wrong query has an underlined piece, and the pieces are the text', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom('(', ')', '"', ':', 'a', ' ', '/', '>', '-') }),
  )
  fc.assert(
    fc.property(text, (query) => {
      const { diagnostics } = parse(query)
      const pieces = markSpans(query, diagnostics)
      expect(
        pieces
          .map((piece) => piece.text)
          .join('')
          .trimEnd(),
      ).toBe(query.trimEnd())
      expect(pieces.some((piece) => piece.wrong && piece.text !== '')).toBe(diagnostics.length > 0)
    }),
  )
})

test('only the wrong part is underlined', () => {
  const pieces = markSpans('level:eror foo', [
    { severity: 'error', message: 'no such level', span: { start: 6, end: 10 } },
  ])
  expect(pieces.filter(({ wrong }) => wrong).map(({ text }) => text)).toEqual(['eror'])
})

import { parse } from '@heartwood/query-lang'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { highlighter } from '../src/features/search/log-list/highlight.ts'
import { visiblePieces } from '../src/features/search/log-list/visible-text.ts'

const shown = (text: string, lines = false) =>
  visiblePieces(text, [], lines)
    .map((piece) => piece.text)
    .join('')

describe('log text', () => {
  test('what would turn text around or not be seen is named', () => {
    expect(shown('a\u202egnp.exe')).toBe('a⟨U+202E⟩gnp.exe')
    expect(shown('\u001b[31mred\u0000')).toBe('redNUL')
    expect(shown('\u001b[2Jgone \u001b]0;title\u0007')).toBe('ESC[2Jgone ESC]0;titleBEL')
    expect(shown('a\u200bb\ufeffc')).toBe('a⟨U+200B⟩b⟨U+FEFF⟩c')
    expect(shown('\u009b2J')).toBe('⟨U+009B⟩2J')
    expect(shown('one\r\ntwo\tthree')).toBe('oneCR↵two⇥three')
  })

  test('line feeds and tabs stay where text is shown over several lines', () => {
    expect(shown('one\n\ttwo\r', true)).toBe('one\n\ttwoCR')
  })

  test('no control or bidi character is ever left in what is shown, and nothing else is changed', () => {
    const nasty = fc.constantFrom(
      '\u0000',
      '\u001b',
      '\u202e',
      '\u2066',
      '\u200f',
      '\u007f',
      '\u0085',
      '\ud800',
    )
    const text = fc.array(fc.oneof(nasty, fc.string({ unit: 'grapheme' }))).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, (given) => {
        const pieces = visiblePieces(given)
        for (const piece of pieces) {
          expect(piece.text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u200e\u200f]|\p{Surrogate}/u)
        }
        const kept = pieces.filter(({ kind }) => kind !== 'unseen').map((piece) => piece.text)
        expect(given.includes(kept.join('')) || kept.every((part) => given.includes(part))).toBe(true)
        expect(kept.join('').length).toBeLessThanOrEqual(given.length)
      }),
    )
  })

  test('hits are marked where they are, controls inside them still named', () => {
    expect(
      visiblePieces('xx a\u202eb', [{ start: 3, end: 6 }]).map(({ kind, text }) => [kind, text]),
    ).toEqual([
      ['text', 'xx '],
      ['hit', 'a'],
      ['unseen', '⟨U+202E⟩'],
      ['hit', 'b'],
    ])
  })
})

describe('search hits', () => {
  const marked = (query: string, text: string) =>
    highlighter(parse(query).query)(text).map(({ start, end }) => text.slice(start, end))

  test.each([
    ['failed', 'Payment FAILED, prefailed', ['FAILED']],
    ['"payment failed"', 'payment: failed payment', ['payment: failed']],
    ['user-1', 'user 1 and user-1 and user-12', ['user 1', 'user-1']],
    ['*ail*', 'failed mail', ['ail', 'ail']],
    ['fail*', 'failed unfailing', ['failed']],
    ['check-*', 'the check-out of check', ['check-out']],
    ['message:boom level:error', 'boom error', ['boom']],
    ['boom -bang', 'boom bang', ['boom']],
    ['boom OR bang', 'boom bang', ['boom', 'bang']],
    ['service:checkout', 'checkout', []],
    ['*', 'anything', []],
  ])('%s marks what it looked for', (query, text, expected) => {
    expect(marked(query, text)).toEqual(expected)
  })

  test('any query marks ranges in rising order that do not overlap, inside the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (query, text) => {
        let end = 0
        for (const hit of highlighter(parse(query).query)(text)) {
          expect(hit.start).toBeGreaterThanOrEqual(end)
          expect(hit.end).toBeGreaterThan(hit.start)
          end = hit.end
        }
        expect(end).toBeLessThanOrEqual(text.length)
      }),
    )
  })
})

import { fold } from '@heartwood/query-lang'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { pieceSearch } from '../src/segments/fetch/piece-search.ts'

/** Few different characters, so that pieces repeat and overlap; the last ones fold to k and s. */
const letters = ['a', 'A', 'b', 'k', 'K', 's', 'S', '-', '7', 'é', '\u{1f600}', '\u212a', '\u017f']
const anyText = fc.string({ unit: fc.constantFrom(...letters), maxLength: 60 })
const anyPiece = fc
  .string({ unit: fc.constantFrom('a', 'b', 'k', 's', '-', '7'), minLength: 1, maxLength: 6 })
  .map(fold)

function placesIn(text: string, piece: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(piece); at !== -1; at = text.indexOf(piece, at + 1)) places.push(at)
  return places
}

it('a piece is found wherever a text folds to it, also where finds overlap, and nowhere else', () => {
  fc.assert(
    fc.property(anyText, anyPiece, (text, piece) => {
      const bytes = Buffer.from(text)
      const findFrom = pieceSearch(piece)?.(bytes)
      const found: string[] = []
      for (let find = findFrom?.(0); find !== undefined; find = findFrom?.(find.start + 1))
        found.push(fold(bytes.toString('utf8', find.start, find.end)))
      expect(found).toEqual(placesIn(fold(text), piece).map(() => piece))
    }),
    { numRuns: 2_000 },
  )
})

it('a piece that is longer than a step can be is found at every place', () => {
  const piece = `${'ab'.repeat(200)}7`
  for (const before of [0, 1, 254, 255, 256, 400, 1_000]) {
    const text = Buffer.from(`${'ba'.repeat(before)}${piece.toUpperCase()}${'ab'.repeat(300)}`)
    expect(pieceSearch(piece)?.(text)(0)).toEqual({ start: 2 * before, end: 2 * before + piece.length })
  }
})

it('nothing is said of a piece that has more than ASCII', () => {
  expect(pieceSearch('naïve')).toBeUndefined()
})

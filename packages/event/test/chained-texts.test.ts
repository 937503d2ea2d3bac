import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chainedTexts, perValue, type TextValues, textValues, utf8Values } from '../src/index.ts'

function utf8Of(values: TextValues): string[] {
  const { bytes, starts, lengths } = values.utf8()
  return Array.from(starts, (start, code) =>
    Buffer.from(bytes).toString('utf8', start, start + (lengths[code] ?? 0)),
  )
}

test('the values of a chain are those of its parts, each at the base of its part, as text and as bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string({ maxLength: 300 })), { minLength: 1 }), (drawn) => {
      const parts = drawn.map((texts) => textValues(['', ...texts]))
      const { values, bases } = chainedTexts(parts)
      const expected = ['', ...drawn.flat()]
      expect(values.length).toBe(expected.length)
      expect(expected.map((_, code) => values.at(code))).toEqual(expected)
      expect(utf8Of(values).slice(1)).toEqual(expected.slice(1))
      for (const [part, texts] of drawn.entries())
        for (const [index, text] of texts.entries())
          expect(values.at((bases[part] ?? Number.NaN) + index + 1)).toBe(text)
    }),
  )
})

test('parts that lie in the same bytes are chained without moving them', () => {
  const bytes = Buffer.from('onetwo')
  const part = (start: number) =>
    utf8Values({ bytes, starts: Uint32Array.of(0, start), lengths: Uint32Array.of(0, 3) })
  const { values } = chainedTexts([part(0), part(3)])
  expect(values.utf8().bytes).toBe(bytes)
  expect(perValue(values, (text) => text)).toEqual([undefined, 'one', 'two'])
})

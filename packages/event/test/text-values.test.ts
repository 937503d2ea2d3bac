import fc from 'fast-check'
import { expect, test } from 'vitest'
import { perValue, textValues } from '../src/index.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\ud800', 'a\udc00', '\ufeffa', '\u{1f600}'),
)

test('texts lie in one buffer by their codes, as UTF-8 that reads back as they were but for lone surrogates', () => {
  fc.assert(
    fc.property(fc.array(text), (texts) => {
      const values = textValues(['', ...texts])
      expect(values.length).toBe(texts.length + 1)
      const { bytes, starts, lengths } = values.utf8()
      const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      texts.forEach((given, index) => {
        const code = index + 1
        const start = starts[code] ?? 0
        expect(values.at(code)).toBe(given.toWellFormed())
        expect(strict.decode(bytes.subarray(start, start + (lengths[code] ?? 0)))).toBe(given.toWellFormed())
      })
      expect([values.at(0), lengths[0]]).toEqual(['', 0])
    }),
  )
})

test('what is read of each value stands at its code, and nothing is read for "no value"', () => {
  const read: string[] = []
  const lengths = perValue(textValues(['', 'a', '', 'abc']), (value) => read.push(value) && value.length)
  expect([lengths, read]).toEqual([
    [undefined, 1, 0, 3],
    ['a', '', 'abc'],
  ])
})

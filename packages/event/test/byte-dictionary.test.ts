import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ByteDictionary,
  type ByteSource,
  hashBytes,
  perValue,
  type TextValues,
  viewOf,
} from '../src/index.ts'

function sourceOf(text: string): ByteSource {
  const bytes = Buffer.from(text)
  return { bytes, words: viewOf(bytes) }
}

const textsOf = (values: TextValues) => perValue(values, (text) => text).slice(1)

test('a text has one code, wherever its bytes lie', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 6 }), { maxLength: 200 }), (texts) => {
      const source = sourceOf(texts.join(''))
      const dictionary = new ByteDictionary(source, texts.length)
      const codes = new Map<string, number>()
      let at = 0
      for (const text of texts) {
        const length = Buffer.byteLength(text)
        const code = dictionary.codeOf(at, length, hashBytes(source.words, at, at + length))
        at += length
        expect(codes.get(text) ?? code).toBe(code)
        codes.set(text, code)
      }
      expect(textsOf(dictionary.values())).toEqual([...codes.keys()])
      expect(dictionary.length).toBe(codes.size + 1)
    }),
  )
})

test('texts that collide, by chance or on purpose, keep their codes and cost no more than a lookup', () => {
  const texts = Array.from({ length: 50_000 }, (_, n) => `value-${n}`)
  const dictionary = new ByteDictionary(sourceOf(texts.join('')), texts.length)
  const started = performance.now()
  for (const round of [1, 2]) {
    let at = 0
    texts.forEach((text, n) => {
      // Every one has the same hash.
      const code = dictionary.codeOf(at, text.length, 7)
      if (code !== n + 1) expect([round, code]).toEqual([round, n + 1])
      at += text.length
    })
  }
  expect(textsOf(dictionary.values())).toEqual(texts)
  // Looked for one by one, they would take minutes.
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('a text and its beginning are two, even under one hash', () => {
  const dictionary = new ByteDictionary(sourceOf('aab'), 3)
  const codes = [2, 1, 0, 2, 1].map((length) => dictionary.codeOf(0, length, 7))
  expect([codes, textsOf(dictionary.values())]).toEqual([
    [1, 2, 3, 1, 2],
    ['aa', 'a', ''],
  ])
})

test('a text that is appended gets a code of its own, known or not', () => {
  const dictionary = new ByteDictionary(sourceOf('aab'), 3)
  expect([dictionary.append(0, 1), dictionary.append(1, 1), dictionary.append(1, 2)]).toEqual([1, 2, 3])
  expect(textsOf(dictionary.values())).toEqual(['a', 'a', 'ab'])
})

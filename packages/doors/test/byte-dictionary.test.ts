import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteDictionary } from '../src/columns/byte-dictionary.ts'
import { ByteStore } from '../src/columns/byte-store.ts'

test('a string has one code, whether it comes as text or as bytes', () => {
  const texts = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.boolean()), {
    maxLength: 200,
  })
  const hashes = new ByteStore(Buffer.alloc(0))
  fc.assert(
    fc.property(texts, (pairs) => {
      const bytes = pairs.map(([text]) => Buffer.from(text))
      const store = new ByteStore(Buffer.concat(bytes))
      const dictionary = new ByteDictionary(store)
      const codeOf = new Map<string, number>()
      let address = 0
      pairs.forEach(([text, asBytes], i) => {
        const length = bytes[i]?.length ?? 0
        hashes.release(0)
        hashes.put(text)
        const code = asBytes
          ? dictionary.codeOfBytes(address, length, hashes.hash)
          : dictionary.codeOfText(text)
        address += length
        expect(dictionary.values[code]).toBe(text)
        expect(codeOf.get(text) ?? code).toBe(code)
        codeOf.set(text, code)
      })
      expect(dictionary.values.length).toBe(codeOf.size + 1)
    }),
  )
})

test('strings that collide, by chance or on purpose, keep their codes and cost no more than a lookup', () => {
  const texts = Array.from({ length: 50_000 }, (_, n) => `value-${n}`)
  const body = Buffer.from(texts.join(''))
  const dictionary = new ByteDictionary(new ByteStore(body))
  const started = performance.now()
  for (const round of [1, 2]) {
    let address = 0
    texts.forEach((text, n) => {
      // Every one has the same hash.
      const code = dictionary.codeOfBytes(address, text.length, 7)
      if (code !== n + 1) expect([round, code]).toEqual([round, n + 1])
      address += text.length
    })
  }
  expect(dictionary.values.slice(1)).toEqual(texts)
  expect(dictionary.codeOfText('value-777')).toBe(778)
  // Looked for one by one, they would take minutes.
  expect(performance.now() - started).toBeLessThan(5_000)
})

test('a string and its beginning are two, even under one hash', () => {
  const dictionary = new ByteDictionary(new ByteStore(Buffer.from('aab')))
  const codes = [2, 1, 0, 2, 1].map((length) => dictionary.codeOfBytes(0, length, 7))
  expect([codes, dictionary.values]).toEqual([
    [1, 2, 3, 1, 2],
    ['', 'aa', 'a', ''],
  ])
})

import { perValue } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteStore } from '../src/columns/byte-store.ts'
import { StringWriter } from '../src/columns/string-writer.ts'

function written(texts: readonly (readonly [text: string, asBytes: boolean])[]) {
  const bodies = texts.map(([text]) => Buffer.from(text))
  const store = new ByteStore(bodies.reduce((sum, { length }) => sum + length, 0))
  const addresses = bodies.map((body) => store.addBody(body))
  const writer = new StringWriter(store, texts.length)
  for (const [row, [text, asBytes]] of texts.entries()) {
    if (!asBytes) {
      writer.set(row, text)
      continue
    }
    const used = store.used
    store.put(text)
    const { length, hash } = store
    store.release(used)
    writer.setBytes(row, addresses[row] ?? 0, length, hash)
  }
  const { codes, values } = writer.finish(texts.length)
  return { codes, texts: perValue(values, (text) => text) }
}

test('a string has one code, whether it comes as text or as bytes', () => {
  const pairs = fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 6 }), fc.boolean()), {
    maxLength: 200,
  })
  fc.assert(
    fc.property(pairs, (given) => {
      const { codes, texts } = written(given)
      expect([...codes].map((code) => texts[code])).toEqual(given.map(([text]) => text))
      expect(texts.length).toBe(new Set(given.map(([text]) => text)).size + 1)
    }),
  )
})

test('where nearly every row has a text of its own, rows keep their text and codes are no longer looked for', () => {
  const rows = Array.from({ length: 5_000 }, (_, n) => [`text ${n % 4_000}`, n % 3 > 0] as const)
  const { codes, texts } = written(rows)
  expect([...codes].map((code) => texts[code])).toEqual(rows.map(([text]) => text))
  expect(texts.length).toBe(rows.length + 1)
})

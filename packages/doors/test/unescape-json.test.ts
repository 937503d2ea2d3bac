import { expect, test } from 'vitest'
import { ByteStore } from '../src/columns/byte-store.ts'
import { unescapeJson } from '../src/json/shapes/unescape-json.ts'

function unescaped(json: string): string | undefined {
  const body = Buffer.from(json)
  const store = new ByteStore(body.length)
  store.addBody(body)
  const address = unescapeJson(store, 0, body.length)
  return address === undefined ? undefined : store.text(address, store.length)
}

test('the escape of every code point means that code point', () => {
  for (let first = 0; first <= 0x10ffff; first += 0x800) {
    // 0x800 is also how many surrogates there are: they make one round of their own.
    if (first === 0xd800) continue
    const text = String.fromCodePoint(...Array.from({ length: 0x800 }, (_, n) => first + n))
    const json = Array.from(
      { length: text.length },
      (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
    )
    expect(unescaped(json.join(''))).toBe(text)
  }
})

test('what is no escape, cut off, or a lone surrogate is left to the plain way', () => {
  for (const json of [
    '\\',
    '\\x',
    '\\u',
    '\\u12',
    '\\u123',
    '\\u12g4',
    '\\U0041',
    '\\ud800',
    '\\udc00',
    '\\ud800x',
    '\\ud800\\u0041',
    '\\ud800\\ud800',
    '\\ud83d\\ude0',
    '\\n\u0001',
  ])
    expect(unescaped(json), json).toBeUndefined()
  expect(unescaped('\\"\\\\\\/\\b\\f\\n\\r\\t\\uABcd')).toBe('"\\/\b\f\n\r\t\uabcd')
})

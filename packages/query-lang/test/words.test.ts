import { readFileSync } from 'node:fs'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { fold, isWordCharacter, words } from '../src/index.ts'
import { quotedAnyCase, WORD } from '../src/re2.ts'
import { hasPhrase } from '../src/words.ts'
import { openConnection } from './duckdb-table.ts'

/** Every code point that can stand in UTF-8. */
function* codePoints(): Generator<number> {
  for (let code = 1; code < 0x110000; code++) if (code < 0xd800 || code > 0xdfff) yield code
}

describe('words', () => {
  const file = readFileSync(new URL('words.txt', import.meta.url), 'utf8')
  for (const line of file.split('\n').filter((line) => line.includes(' ==> ') && !line.startsWith('#'))) {
    test(line, () => {
      const [text = '', wanted = ''] = unescaped(line).split(' ==> ')
      expect(words(text)).toEqual(wanted.trim() === '' ? [] : wanted.split(' | '))
    })
  }

  test('are runs of letters, numbers, marks and `_` of the Unicode that this Node knows', () => {
    const wrong: string[] = []
    for (const code of codePoints()) {
      const character = String.fromCodePoint(code)
      if (/\p{Cn}/u.test(character)) continue
      if (isWordCharacter(code) !== /[\p{L}\p{N}\p{M}_]/u.test(character)) wrong.push(code.toString(16))
    }
    expect(wrong).toEqual([])
  })

  test('are the same characters for DuckDB', async () => {
    await using connection = await openConnection()
    const reader = await connection.runAndReadAll(
      'SELECT code FROM range(1, 1114112) codes(code) WHERE code NOT BETWEEN 55296 AND 57343 AND regexp_matches(chr(CAST(code AS INTEGER)), $1)',
      [WORD],
    )
    const found = new Set(reader.getRows().map(([code]) => Number(code)))
    const wrong = [...codePoints()].filter((code) => found.has(code) !== isWordCharacter(code))
    expect(wrong.map((code) => code.toString(16))).toEqual([])
  })
})

describe('folding', () => {
  const cased = [...codePoints()]
    .map((code) => String.fromCodePoint(code))
    .filter((character) => character.toLowerCase() !== character || character.toUpperCase() !== character)

  test('joins what the engine joins in case-insensitive matching, and never changes the number of code points', () => {
    const wrong = cased.filter((character) => {
      const folded = fold(character)
      const isSame = new RegExp(`^\\u{${character.codePointAt(0)?.toString(16)}}$`, 'iu').test(folded)
      return !isSame || [...folded].length !== 1 || fold(folded) !== folded
    })
    expect(wrong).toEqual([])
  })

  test('joins the same letters as a pattern in DuckDB and in re2js', async () => {
    await using connection = await openConnection()
    const forms = (character: string) =>
      [character.toLowerCase(), character.toUpperCase(), fold(character)].filter(
        (form) => [...form].length === 1,
      )
    const pairs = cased.flatMap((a) => [...new Set(forms(a))].map((b) => ({ a, b })))
    expect(pairs.length).toBeGreaterThan(5000)
    await connection.run('CREATE TABLE pairs (place INTEGER, pattern VARCHAR, text VARCHAR)')
    const appender = await connection.createAppender('pairs')
    for (const [place, { a, b }] of pairs.entries()) {
      appender.appendInteger(place)
      appender.appendVarchar(`^${quotedAnyCase(a)}$`)
      appender.appendVarchar(b)
      appender.endRow()
    }
    appender.closeSync()
    const reader = await connection.runAndReadAll(
      'SELECT regexp_matches(text, pattern) FROM pairs ORDER BY place',
    )
    const inDuckDb = reader.getRows().map(([matches]) => matches)
    const expected = pairs.map(({ a, b }) => fold(a) === fold(b))
    const differing = pairs.filter(
      ({ a, b }, place) =>
        inDuckDb[place] !== expected[place] ||
        RE2JS.compile(`^${quotedAnyCase(a)}$`).test(b) !== expected[place],
    )
    expect(differing).toEqual([])
  })

  test('is fast on ASCII and right where it is mixed', () => {
    expect(fold('ABC xyz [\u0000]')).toBe('abc xyz [\u0000]')
    expect(fold('ABC Ä 🎉')).toBe('abc ä 🎉')
    expect(fold('lone \ud800 X')).toBe('lone \ud800 x')
  })
})

describe('a phrase', () => {
  test('is found only as whole words in a row', () => {
    expect(hasPhrase('a user 1 b', ['user', '1'])).toBe(true)
    expect(hasPhrase('user users 1 user--1', ['user', '1'])).toBe(true)
    expect(hasPhrase('superuser 1', ['user', '1'])).toBe(false)
    expect(hasPhrase('user 12', ['user', '1'])).toBe(false)
    expect(hasPhrase('user1', ['user', '1'])).toBe(false)
    expect(hasPhrase('aaa aa', ['aa'])).toBe(true)
    expect(hasPhrase('𝒜b', ['b'])).toBe(false)
    expect(hasPhrase('🎉b🎉', ['b'])).toBe(true)
    expect(hasPhrase('a 🎉🎉 b', ['a', 'b'])).toBe(true)
    expect(hasPhrase('', ['a'])).toBe(false)
  })

  test('is looked for in time linear in the text', () => {
    const text = `${'a '.repeat(200_000)}`
    const started = performance.now()
    expect(hasPhrase(text, ['a', 'a', 'b'])).toBe(false)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

function unescaped(line: string): string {
  return line.replace(/\\u\{([0-9a-f]+)\}/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
}

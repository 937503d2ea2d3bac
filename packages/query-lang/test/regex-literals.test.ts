import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, test } from 'vitest'
import { fold } from '../src/index.ts'
import { regexLiterals } from '../src/regex-literals.ts'

describe('the literals of a regular expression', () => {
  test('are what stands at its top level', () => {
    const of = (pattern: string) => regexLiterals(pattern)
    expect(of('took \\d+ms at [a-z|]+/x')).toEqual(['took ', 'ms at ', '/x'])
    expect(of('^GET /api/(?:v1|v2)/orders\\.json$')).toEqual(['GET /api/', '/orders.json'])
    expect(of('(?i)timeout')).toEqual(['timeout'])
    expect(of('colou?rs{2,}e+d')).toEqual(['colo', 'r', 'e', 'd'])
    expect(of('a|b')).toEqual([])
    expect(of('\\Qa.b\\E')).toEqual([])
    expect(of('x[]|]y[^]]z')).toEqual(['x', 'y', 'z'])
    expect(of('\\x{41}b\\pLc')).toEqual(['b', 'c'])
  })

  test('are in every text that it matches, in some case', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'a',
        'b',
        'K',
        'ß',
        '🎉',
        ' ',
        '\\.',
        '\\d',
        '[ab]',
        '[^\\]a]',
        '.',
        '^',
        '$',
        '\\b',
        '\\x41',
      ),
      fc.constantFrom('(?i)', '(a|b)', '(?:b(a))', '[[:alpha:]]', '\\pL', '(?s:.)', '\\101', '\\Qa*\\E'),
    )
    const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{0}', '{2}', '+?', '{0,3}')
    const pattern = fc
      .array(fc.tuple(piece, quantifier), { minLength: 1, maxLength: 5 })
      .map((pieces) => pieces.flat().join(''))
    const text = fc
      .array(fc.constantFrom('a', 'A', 'b', 'k', 'K', '\u212a', 'ß', '🎉', '.', '1', ' ', ']', '*'), {
        maxLength: 8,
      })
      .map((characters) => characters.join(''))
    fc.assert(
      fc.property(pattern, fc.array(text, { minLength: 20, maxLength: 20 }), (pattern, texts) => {
        const regex = compiled(pattern)
        fc.pre(regex !== undefined)
        const literals = regexLiterals(pattern)
        for (const text of texts.filter((text) => regex?.test(text))) {
          for (const literal of literals) expect(fold(text), pattern).toContain(fold(literal))
        }
      }),
      { numRuns: 3000 },
    )
  })
})

function compiled(pattern: string): RE2JS | undefined {
  try {
    return RE2JS.compile(pattern)
  } catch {
    return undefined
  }
}

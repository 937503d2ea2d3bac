import { EventBatchBuilder, rowsOf, textValues } from '@heartwood/event'
import { compilePredicate, print, requiredTerms, words } from '@heartwood/query-lang'
import { anyEvent, anyText, anyValidQuery } from '@heartwood/query-lang/generate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planColumns } from '../src/segments/append/column-plan.ts'
import { QuotientProbe, quotientFilter } from '../src/segments/idx/quotient-filter.ts'
import { rowGroupTerms } from '../src/segments/idx/row-group-terms.ts'
import { spread, wordTerm } from '../src/segments/idx/term-hash.ts'
import { TermList } from '../src/segments/idx/term-list.ts'
import { termTest } from '../src/segments/idx/term-test.ts'
import { addWords } from '../src/segments/idx/word-scanner.ts'
import { FieldCatalog } from '../src/segments/manifest/field-catalog.ts'

/** The terms of words that the scanner finds in a text, sorted. */
function scanned(text: string): number[] {
  const terms = new TermList(16)
  const bytes = Buffer.from(text)
  addWords(terms, bytes, 0, bytes.length)
  return [...terms.distinct()].sort()
}

function expectedTerms(text: string): number[] {
  return [...new Set(words(text).map((word) => spread(wordTerm(word))))].sort()
}

describe('the words of a text, from its bytes', () => {
  it('are those of query-lang, for any mixture of characters', () => {
    const mixed = fc.array(
      fc.oneof(
        anyText,
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.constantFrom('_', 'K', 'ſt', '\u{feff}a'),
      ),
    )
    fc.assert(
      fc.property(mixed, (pieces) => {
        const text = pieces.join('').toWellFormed()
        expect(scanned(text)).toEqual(expectedTerms(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('are those of query-lang, for every character of the planes with letters, behind, before and between letters', () => {
    const problems: string[] = []
    for (let start = 0; start < 0x11_0000; start += start < 0x2_0000 ? 32 : 992) {
      if (start >= 0xd800 && start < 0xe000) continue
      const characters = Array.from({ length: 32 }, (_, offset) => String.fromCodePoint(start + offset))
      const text = characters.map((character) => `A${character} ${character}z q${character}Q`).join('/')
      if (String(scanned(text)) !== String(expectedTerms(text))) problems.push(start.toString(16))
    }
    expect(problems).toEqual([])
  }, 60_000)
})

describe('a list of terms', () => {
  it('has each term once, however many come and however often', () => {
    const term = fc.oneof(
      fc.integer(),
      fc.constantFrom(0, 1, -1, 2048, 0x7fffffff),
      fc.integer({ min: -5, max: 5 }),
    )
    fc.assert(
      fc.property(fc.array(term, { maxLength: 5000, size: 'max' }), (terms) => {
        const list = new TermList(1)
        for (const added of terms) list.add(added)
        expect([...list.distinct()].sort()).toEqual([...new Set(terms.map(spread))].sort())
        expect(list.overflown).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  it('says that it has overflown instead of growing without end', () => {
    const list = new TermList(1024)
    for (let term = 0; term < 5_000_000; term++) list.add(term)
    expect(list.overflown).toBe(true)
  })
})

describe('a filter', () => {
  const keysOf = (count: number, seed: number) =>
    Uint32Array.from({ length: count }, (_, index) => spread(Math.imul(index * 2 + seed, 0x9e3779b1)))

  it('has every key it was made of, at any size', () => {
    for (const size of [0, 1, 2, 3, 4, 5, 7, 10, 31, 100, 999, 5000, 65_536, 300_000]) {
      for (let seed = 0; seed < (size > 10_000 ? 1 : 40); seed++) {
        const keys = keysOf(size, seed * 2)
        const filter = new QuotientProbe(quotientFilter(keys))
        expect(keys.every((key) => filter.has(key))).toBe(true)
      }
    }
  })

  it('takes little more than 10 bits a key and has fewer than one in 200 of the keys it was not made of', () => {
    const bytes = quotientFilter(keysOf(100_000, 0))
    expect(bytes.length * 8).toBeLessThan(10.2 * 100_000)
    const filter = new QuotientProbe(bytes)
    const others = keysOf(400_000, 1)
    const found = others.filter((key) => filter.has(key)).length
    expect(found / others.length).toBeLessThan(1 / 200)
  })

  it('is a RangeError or an answer, never more, where its bytes are any', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.integer(), (bytes, key) => {
        try {
          expect(typeof new QuotientProbe(bytes).has(key)).toBe('boolean')
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})

describe('the terms of a row group', () => {
  const NOW = 1_790_000_000_000_000_000n
  const anyBatch = fc.array(anyEvent, { minLength: 1, maxLength: 12 }).map((events) => {
    const builder = new EventBatchBuilder()
    for (const [index, event] of events.entries()) builder.add({ ...event, id: `user-${index}` })
    return builder.finish()
  })

  it('hide no match of any query, and rule out many groups without one', () => {
    let ruledOut = 0
    let without = 0
    const catalog = new FieldCatalog([])
    fc.assert(
      fc.property(anyBatch, fc.array(anyValidQuery, { minLength: 40, maxLength: 40 }), (batch, queries) => {
        const plan = planColumns(batch, catalog)
        const middle = batch.length >> 1
        const events = [...rowsOf(batch)]
        for (const [from, to] of [
          [0, middle],
          [middle, batch.length],
        ] as const) {
          const filter = new QuotientProbe(
            rowGroupTerms(batch, plan.columns, from, to).filter ?? new Uint8Array(0),
          )
          for (const query of queries) {
            const passes = termTest(requiredTerms(query))((term) => filter.has(term))
            const matches = events.slice(from, to).some(compilePredicate(query, NOW))
            if (matches) expect(passes, print(query)).toBe(true)
            else {
              without++
              if (!passes) ruledOut++
            }
          }
        }
      }),
      { numRuns: 200 },
    )
    expect(ruledOut / without).toBeGreaterThan(0.15)
  }, 120_000)

  it('hide no match in a column whose values repeat, are unused, or are many', () => {
    const service = {
      type: 'string' as const,
      codes: Uint32Array.from({ length: 400 }, (_, row) => (row % 300) + 1),
      values: textValues(Array.from({ length: 310 }, (_, code) => `s${code % 290}`)),
    }
    const builder = new EventBatchBuilder()
    for (let row = 0; row < 400; row++) builder.add({ id: `b-${row}`, timestamp: 0n, observed_at: 0n })
    const batch = builder.finish()
    const columns = { area: 'attributes', key: 'k', type: 'string', id: 100, values: service } as const
    const filter = new QuotientProbe(
      rowGroupTerms({ ...batch, text: new Map([['service', service]]) }, [columns], 0, 400).filter ??
        new Uint8Array(0),
    )
    const passes = (text: string, field: string) =>
      termTest(
        requiredTerms({
          kind: 'field',
          field,
          match: { kind: 'equals', value: text },
          span: { start: 0, end: 0 },
        }),
      )((term) => filter.has(term))
    for (let code = 1; code <= 300; code++) {
      expect(passes(`s${code % 290}`, 'service')).toBe(true)
      expect(passes(`s${code % 290}`, 'k')).toBe(true)
    }
    const others = Array.from({ length: 100 }, (_, number) => `other${number}`)
    expect(others.filter((field) => passes('s1', field)).length).toBeLessThan(5)
    expect(others.filter((text) => passes(text, 'service')).length).toBeLessThan(5)
  })

  it('find words behind escapes in JSON, and the ends of ids that begin like others', () => {
    const builder = new EventBatchBuilder()
    const ids = [
      'a-b-1',
      'a-b-2',
      'a-b-2x',
      'a-b',
      'a-',
      '-',
      'b-a-1',
      'b-a-ä1',
      'b-a-',
      'plain',
      'plain2',
      'b-a-2',
    ]
    for (const id of ids) {
      builder.add({
        id,
        timestamp: 0n,
        observed_at: 0n,
        attributes: { list: ['one\ntwo', '"three"', 'fo\\ur', '\u0001five'] },
        rest: '{"k":"\\u0073ix\\tseven","j":["\\ud83d\\ude00eight\\/nine"]}',
      })
    }
    const batch = builder.finish()
    const plan = planColumns(batch, new FieldCatalog([]))
    const filter = new QuotientProbe(
      rowGroupTerms(batch, plan.columns, 0, batch.length).filter ?? new Uint8Array(0),
    )
    const all = [
      'one',
      'two',
      'three',
      'fo',
      'ur',
      'five',
      'six',
      'seven',
      'eight',
      'nine',
      ...ids.flatMap(words),
    ]
    expect(all.filter((word) => !filter.has(spread(wordTerm(word))))).toEqual([])
    expect(filter.has(spread(wordTerm('ntwo')))).toBe(false)
  })
})

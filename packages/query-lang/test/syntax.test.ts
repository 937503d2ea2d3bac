import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyQuery } from '../src/generate.ts'
import {
  check,
  type FieldMatch,
  type Parsed,
  parse,
  print,
  type Query,
  type TextMatch,
} from '../src/index.ts'

describe('syntax', () => {
  const file = readFileSync(new URL('syntax.txt', import.meta.url), 'utf8')
  const cases = file.split(/\n\n(?=# )/).slice(1)
  for (const text of cases) {
    const [title = '', rest = ''] = splitOnce(text.replace(/^# /, ''), '\n')
    const [query = '', wanted = ''] = splitOnce(rest, '==>\n')
    test(title, () => expect(described(parse(query.replace(/\n$/, '')))).toBe(wanted.trimEnd()))
  }
})

describe('print', () => {
  test('gives a text that parses to the same tree', () => {
    fc.assert(
      fc.property(anyQuery, (query) => {
        const parsed = parse(print(query))
        expect(withoutSpans(parsed.query), print(query)).toEqual(withoutSpans(query))
        expect(parsed.diagnostics.length).toBe(check(query).length)
      }),
      { numRuns: 2000 },
    )
  })

  test('does not change what it printed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const printed = print(parse(text).query)
        expect(print(parse(printed).query)).toBe(printed)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('parse', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '(',
      ')',
      '"',
      '/',
      ':',
      '-',
      '\\',
      '*',
      '?',
      '>',
      '<',
      '=',
      ' ',
      'and ',
      'OR ',
      ' not',
      'level',
      'status',
      '!',
      '\n',
    ),
    fc.string({ maxLength: 3 }),
  )

  test('takes any text, gives diagnostics inside it, and a tree without what it called wrong', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join('')),
        (text) => {
          const { query, diagnostics, valid } = parse(text)
          for (const { span } of diagnostics) {
            expect(span.start).toBeGreaterThanOrEqual(0)
            expect(span.end).toBeGreaterThanOrEqual(span.start)
            expect(span.end).toBeLessThanOrEqual(text.length)
          }
          expect(valid).toBe(!diagnostics.some(({ severity }) => severity === 'error'))
          if (valid) expect(withoutSpans(parse(print(query)).query), text).toEqual(withoutSpans(query))
        },
      ),
      { numRuns: 5000 },
    )
  })

  test('marks a term with its own text', () => {
    const text = 'a  service:"x y"  NOT /re/ n:(>5) level >= warn'
    const spans: string[] = []
    visit(parse(text).query, ({ span }) => spans.push(text.slice(span.start, span.end)))
    expect(spans).toEqual(['a', 'service:"x y"', '/re/', '>5', 'level >= warn'])
  })

  test('stops at a depth that no compile target can overflow', () => {
    for (const text of [
      '('.repeat(100_000),
      `${'('.repeat(5000)}a${')'.repeat(5000)}`,
      `${'-'.repeat(50_000)}a`,
      'not '.repeat(5000),
    ]) {
      const { valid, diagnostics } = parse(text)
      expect(valid).toBe(false)
      expect(diagnostics.some(({ message }) => message === 'Nested more than 100 levels deep')).toBe(true)
    }
    expect(parse(`${'('.repeat(99)}a${')'.repeat(99)}`).valid).toBe(true)
  })

  test('refuses more terms than an engine should be given', () => {
    expect(parse('a '.repeat(1000)).valid).toBe(true)
    const { valid, diagnostics } = parse('a '.repeat(1001))
    expect(valid).toBe(false)
    expect(diagnostics.map(({ message }) => message)).toEqual(['The query has more than 1000 terms'])
  })

  test('reads huge and hostile texts fast', () => {
    const texts = ['a:b c ', '(', '"', '/ ', 'a/', '/a', '\\', 'a OR ', 'x:(', '/x ', ': '].map((text) =>
      text.repeat(Math.ceil(50_000 / text.length)),
    )
    const started = performance.now()
    for (const text of texts) parse(text)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

function described({ query, diagnostics }: Parsed): string {
  const lines = diagnostics.map(
    ({ severity, message, span }) =>
      `${severity === 'error' ? '!' : '?'} [${span.start},${span.end}) ${message}`,
  )
  return [tree(query), ...lines].join('\n')
}

function tree(query: Query): string {
  switch (query.kind) {
    case 'all':
      return 'all'
    case 'and':
    case 'or':
      return `${query.kind}(${query.terms.map(tree).join(', ')})`
    case 'not':
      return `not(${tree(query.term)})`
    case 'text':
      return matchText(query.match)
    case 'field':
      return `${query.field} ${matchText(query.match)}`
  }
}

function matchText(match: TextMatch | FieldMatch): string {
  switch (match.kind) {
    case 'words':
      return `words(${match.text})`
    case 'equals':
      return `equals(${match.value})`
    case 'wildcard':
    case 'regex':
      return `${match.kind}(${match.pattern})`
    case 'compare':
      return `compare(${match.op} ${match.value})`
    case 'exists':
      return 'exists'
  }
}

function withoutSpans(query: Query): unknown {
  return JSON.parse(JSON.stringify(query, (key, value: unknown) => (key === 'span' ? undefined : value)))
}

function visit(query: Query, leaf: (query: Extract<Query, { kind: 'text' | 'field' }>) => void): void {
  if (query.kind === 'and' || query.kind === 'or') for (const term of query.terms) visit(term, leaf)
  else if (query.kind === 'not') visit(query.term, leaf)
  else if (query.kind !== 'all') leaf(query)
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)]
}

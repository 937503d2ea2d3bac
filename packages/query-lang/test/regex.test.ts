import { EventBatchBuilder, rowsOf } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check, compileDuckDb, compilePredicate, type Query } from '../src/index.ts'
import { batchTable, openConnection } from './duckdb-table.ts'

const PIECES = [
  'a',
  'b',
  '.',
  '\\d',
  '\\W',
  '\\s',
  '\\b',
  '\\B',
  '^',
  '$',
  '\\A',
  '\\z',
  '(a|b)',
  '(?:x)',
  '(?i)',
  '(?s)',
  '(?m)',
  '(?U)',
  '(?i:K)',
  '[a-z]',
  '[^a-z]',
  '[[:alpha:]]',
  '\\pL',
  '\\P{L}',
  '\\p{Greek}',
  '\\p{Alphabetic}',
  '[\\p{L}\\d]',
  '\\x41',
  '\\x{e9}',
  '\\101',
  '\\n',
  '\\C',
  '\\Q.\\E',
  '\\Q',
  '*',
  '+',
  '?',
  '{2}',
  '{0,3}',
  '{1001}',
  '{',
  '}',
  '*?',
  '**',
  '(?P<n>a)',
  '(?<n>a)',
  '\\1',
  '(?=a)',
  '|',
  '(',
  ')',
  '[',
  ']',
  '-',
  '\\-',
  '\\é',
  'é',
  'ß',
  'ſ',
  '日',
  '🎉',
  '(?:)',
  '()',
  '\\',
  ' ',
  '/',
  '"',
  '\u0000',
]
const TEXTS = [
  'a',
  'ab',
  'abc\nabd',
  'Hello World 42',
  'user_1 é ß ſ K Σς',
  'x.y-z[0]{1}',
  'aaa bbb',
  '日本 語',
  '\t \u00a0|',
  'A\\d',
  '\u0000n',
  '🎉e',
  '(a)',
]

test('a regular expression that `check` lets through is taken by DuckDB and finds there what the predicate finds', async () => {
  await using connection = await openConnection()
  const builder = new EventBatchBuilder()
  for (const [row, message] of TEXTS.entries())
    builder.add({ id: `e-${row}`, timestamp: 0n, observed_at: 0n, message })
  const batch = builder.finish()
  const events = [...rowsOf(batch)]
  await using table = await batchTable(connection, batch)
  const pattern = fc
    .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 })
    .map((pieces) => pieces.join(''))
  let valid = 0
  await fc.assert(
    fc.asyncProperty(pattern, async (pattern) => {
      const query: Query = {
        kind: 'field',
        field: 'message',
        match: { kind: 'regex', pattern },
        span: { start: 0, end: 0 },
      }
      if (check(query).length > 0) return
      valid++
      const matches = compilePredicate(query, 0n)
      const expected = events.flatMap((event, row) => (matches(event) ? [row] : []))
      expect(await table.rowsWhere(compileDuckDb(query, table.columns, 0n)), pattern).toEqual(expected)
    }),
    { numRuns: 1000, examples: [['$a'], ['a(?:)'], ['\\Qa'], ['a|b'], ['\\x41(?:)'], ['^a'], ['a$']] },
  )
  expect(valid).toBeGreaterThan(300)
})

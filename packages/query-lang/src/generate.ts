import {
  type AttributeValue,
  type EventDraft,
  exactJson,
  LEVELS,
  MAX_NANOS,
  MIN_NANOS,
  type Nanos,
  severityOfLevel,
} from '@heartwood/event'
import fc from 'fast-check'
import type { FieldMatch, Query, TextMatch } from './ast.ts'
import { check } from './check.ts'

/**
 * Generated events and queries for property tests, here and of the stores. Both draw on the same small stock of words,
 * keys and numbers, so that queries often match some events and not others; the stock holds what tends to break.
 */

const WORD_STOCK = [
  'timeout',
  'Timeout',
  'user',
  'User',
  '1',
  '42',
  '500',
  'ok',
  'true',
  'null',
  'a_b',
  '_',
  'check',
  'checkout',
  'x',
  'straße',
  'STRASSE',
  'STRAẞE',
  'İstanbul',
  'istanbul',
  'ıI',
  'ſet',
  'SET',
  'Kelvin',
  'kelvin',
  'ΣΑΣ',
  'σας',
  'e\u0301a',
  'éa',
  '日本語',
  '١٢',
  '🎉',
  'ǅ',
  'ǆ',
  'Ⅷ',
  'Ꟙ',
  '\u{10d50}',
  '\u{10d70}',
  'not',
  'and',
]
const SEPARATORS = [
  ' ',
  ' ',
  ' ',
  '-',
  '/',
  '  ',
  '\n',
  '=',
  ': ',
  '.',
  '*',
  '?',
  '\\',
  '"',
  '%',
  '🎉',
  '\t(',
  '\u{fdd0}',
  '$',
  "'",
]

/** The keys of generated attributes. */
export const ATTRIBUTE_KEYS = [
  'status',
  'duration',
  'userId',
  'userid',
  'tags',
  'error',
  'my key',
  'a.b',
  '__proto__',
  'constructor',
  'k"q',
  'a/b~c',
  '',
]
const OWN_TEXT_FIELDS = [
  'service',
  'hostname',
  'trace_id',
  'request_id',
  'environment',
  'source',
  'id',
] as const
const NUMBERS: readonly (number | bigint)[] = [
  0,
  1,
  -1,
  42,
  500,
  503,
  1.5,
  -1.5,
  0.1,
  1e-7,
  1e21,
  1e300,
  2 ** 53,
  2n ** 53n + 1n,
  2n ** 63n - 1n,
  -(2n ** 63n),
  12345,
]

const word = fc.constantFrom(...WORD_STOCK)

/** Prose of a few words and separators, never empty. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.tuple(word, fc.constantFrom(...SEPARATORS)), { minLength: 1, maxLength: 5 })
  .map((pieces) => pieces.flat().slice(0, -1).join(''))

const scalar = fc.oneof(
  { weight: 3, arbitrary: word },
  { weight: 1, arbitrary: anyText },
  { weight: 3, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.boolean() },
)
const attributeValue: fc.Arbitrary<AttributeValue> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.constant('') },
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
)

function attributes(keys: readonly string[]): fc.Arbitrary<Record<string, AttributeValue>> {
  return fc.array(fc.tuple(fc.constantFrom(...keys), attributeValue), { maxLength: 5 }).map((entries) => {
    // A null prototype, so that `__proto__` is a key like any other.
    const values: Record<string, AttributeValue> = Object.create(null)
    for (const [key, value] of entries) values[key] = value
    return values
  })
}

const rest = fc
  .array(
    fc.tuple(
      fc.constantFrom('items', 'a/b~c', 'status', 'resource.zone', 'zone', 'tags'),
      fc.oneof(
        scalar,
        fc.array(scalar, { maxLength: 3 }),
        fc.array(fc.record({ sku: scalar, size: scalar }), { maxLength: 2 }),
        fc.constant(null),
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((entries) => exactJson(Object.fromEntries(entries)))

const BASE = 1_790_000_000_000_000_000n
const HOUR = 3_600_000_000_000n

/** Times that often coincide, some ancient, negative or at the ends of int64. */
export const anyTime: fc.Arbitrary<Nanos> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }).map((step) => BASE + BigInt(step) * (HOUR / 4n)) },
  { weight: 3, arbitrary: fc.bigInt({ min: BASE, max: BASE + HOUR }) },
  { weight: 1, arbitrary: fc.constantFrom(0n, -1n, -1_500_000_001n, MIN_NANOS, MAX_NANOS - 1n) },
)

const optionalText = fc.option(fc.oneof(word, anyText), { nil: undefined })

/** An event without its id, which the test gives. */
export const anyEvent: fc.Arbitrary<Omit<EventDraft, 'id'>> = fc.record({
  timestamp: anyTime,
  observed_at: anyTime,
  severity_number: fc.oneof(fc.constantFrom(...LEVELS.map(severityOfLevel)), fc.integer({ min: 0, max: 24 })),
  service: fc.option(fc.constantFrom('checkout', 'cart', 'Cart', 'a b', "o'clock"), { nil: undefined }),
  hostname: optionalText,
  environment: fc.option(fc.constantFrom('production', 'staging'), { nil: undefined }),
  message: fc.oneof(anyText, fc.constant('')),
  trace_id: fc.option(fc.constantFrom('4bf92f3577b34da6a3ce929d0e0e4736', 'user-1'), { nil: undefined }),
  request_id: optionalText,
  source: fc.constantFrom('json', 'text'),
  weight: fc.constantFrom(1, 1, 1, 10, 2.5),
  raw: optionalText,
  flags: fc.integer({ min: 0, max: 15 }),
  attributes: attributes(ATTRIBUTE_KEYS),
  resource: attributes(['zone', 'service.version', '']),
  rest: fc.option(rest, { nil: undefined, freq: 3 }),
})

const span = { start: 0, end: 0 }

/** A piece of a stocked word, from its beginning, middle or end. */
const slice = fc.tuple(word, fc.nat(4), fc.integer({ min: 1, max: 4 })).map(([text, start, length]) =>
  [...text]
    .slice(start % [...text].length)
    .slice(0, length)
    .join(''),
)

const wildcard = fc.oneof(
  fc
    .tuple(slice, fc.constantFrom('X*', '*X', '*X*', 'X?', '?X', '*X?'))
    .map(([text, shape]) => shape.replace('X', () => text)),
  pieced(),
)

function pieced(): fc.Arbitrary<string> {
  return fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: word },
        { weight: 1, arbitrary: word.map((text) => [...text].slice(0, 2).join('')) },
        { weight: 3, arbitrary: fc.constant('*') },
        { weight: 2, arbitrary: fc.constantFrom('?', '\\*', '\\\\', '-', ' ', '/', ':', '"', '🎉') },
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map((pieces) => pieces.join(''))
    .filter((pattern) => /(?:^|[^\\])(?:\\\\)*[*?]/.test(pattern) && !/^\*+$/.test(pattern))
}

const regex = fc.constantFrom(
  'time',
  '(?i)TIMEOUT',
  '^user',
  'x$',
  '[0-9]{2,}',
  'a|b',
  '\\bok\\b',
  '.',
  'u.e',
  '\\p{Greek}',
  '\\d+\\.\\d',
  '/',
  '"',
  'ß',
  '(?s)k.*e',
)

const textMatch: fc.Arbitrary<TextMatch> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .oneof(word, anyText, fc.constantFrom('=>', '*', '\\', '🎉'))
      .map((text) => ({ kind: 'words' as const, text })),
  },
  { weight: 2, arbitrary: wildcard.map((pattern) => ({ kind: 'wildcard' as const, pattern })) },
  { weight: 1, arbitrary: regex.map((pattern) => ({ kind: 'regex' as const, pattern })) },
)

const numberText = fc.oneof(
  fc.constantFrom(...NUMBERS).map(String),
  fc.constantFrom('500.0', '5e2', '-0', '1e400', '-1e400', '9223372036854775808', '41.5', '1e-400', '0.10'),
)
const op = fc.constantFrom('>' as const, '>=' as const, '<' as const, '<=' as const)
const value = fc.oneof(
  word,
  anyText,
  numberText,
  fc.constantFrom('', 'false', 'a b', 'checkout', "o'clock", 'user-1'),
)

const keyedMatch: fc.Arbitrary<FieldMatch> = fc.oneof(
  { weight: 4, arbitrary: value.map((text) => ({ kind: 'equals' as const, value: text })) },
  { weight: 2, arbitrary: wildcard.map((pattern) => ({ kind: 'wildcard' as const, pattern })) },
  { weight: 1, arbitrary: regex.map((pattern) => ({ kind: 'regex' as const, pattern })) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('compare' as const), op, value: numberText }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'exists' as const }) },
)
const levelMatch: fc.Arbitrary<FieldMatch> = fc.oneof(
  fc.constantFrom(...LEVELS, 'WARNING', 'crit').map((text) => ({ kind: 'equals' as const, value: text })),
  fc.constantFrom('e*', '*r*', '????').map((pattern) => ({ kind: 'wildcard' as const, pattern })),
  fc.record({
    kind: fc.constant('compare' as const),
    op,
    value: fc.constantFrom('trace', 'debug', 'info', 'warn', 'error', 'FATAL'),
  }),
)
const timeMatch: fc.Arbitrary<FieldMatch> = fc.record({
  kind: fc.constant('compare' as const),
  op,
  value: fc.constantFrom(
    '1790000000000',
    '2026-09-21T14:13:20.5Z',
    '1970-01-01',
    'now',
    'now-1h',
    'beginning',
  ),
})

function fieldQuery(names: readonly string[], match: fc.Arbitrary<FieldMatch>): fc.Arbitrary<Query> {
  return fc.record({
    kind: fc.constant('field' as const),
    field: fc.constantFrom(...names),
    match,
    span: fc.constant(span),
  })
}

const leaf: fc.Arbitrary<Query> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('text' as const), match: textMatch, span: fc.constant(span) }),
  },
  {
    weight: 6,
    arbitrary: fieldQuery(
      [...ATTRIBUTE_KEYS.filter((key) => key !== ''), 'attributes.', 'attributes.tags', 'items', 'missing'],
      keyedMatch,
    ),
  },
  {
    weight: 2,
    arbitrary: fieldQuery([...OWN_TEXT_FIELDS, 'service.name', 'message', 'body', 'raw'], keyedMatch),
  },
  {
    weight: 1,
    arbitrary: fieldQuery(['resource.zone', 'resource.service.version', 'resource.'], keyedMatch),
  },
  { weight: 2, arbitrary: fieldQuery(['level', 'log.level'], levelMatch) },
  { weight: 1, arbitrary: fieldQuery(['severity_number', 'weight'], keyedMatch) },
  { weight: 1, arbitrary: fieldQuery(['@timestamp', 'observed_at'], timeMatch) },
  { weight: 1, arbitrary: fc.constant({ kind: 'all' as const }) },
)

/** Any query that can be written; some fail `check`. Spans are zero. */
export const anyQuery: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(tie('query'), { minLength: 2, maxLength: 3 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), term: tie('query') }) },
  ),
})).query

/** Queries that may be run. */
export const anyValidQuery: fc.Arbitrary<Query> = anyQuery.filter((query) => check(query).length === 0)

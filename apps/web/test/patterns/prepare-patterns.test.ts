import type { PatternJson, PatternsOutput } from '@heartwood/api'
import { parse, print } from '@heartwood/query-lang'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  levelsOf,
  partsOf,
  patternsText,
  patternTerm,
  sparkPath,
} from '../../src/features/search/patterns/prepare-patterns.ts'

const pattern = (given: Partial<PatternJson>): PatternJson => ({
  shape: '',
  query: 'message:/x/',
  count: 1,
  levels: {},
  first: '',
  last: '',
  counts: [],
  ...given,
})

test('a shape is cut where its messages differ, and nothing of it is lost', () => {
  expect(partsOf('order <*> took <*>')).toEqual([
    { text: 'order ', variable: false },
    { text: '<*>', variable: true },
    { text: ' took ', variable: false },
    { text: '<*>', variable: true },
  ])
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '<*>', '<', '*') }), (shape) => {
      expect(
        partsOf(shape)
          .map(({ text }) => text)
          .join(''),
      ).toBe(shape)
    }),
  )
})

test('levels stand worst first, unknown ones last', () => {
  const levels = levelsOf(pattern({ levels: { unknown: 5, info: 1, fatal: 2, warn: 3 } }))
  expect(levels.map(({ level }) => level)).toEqual(['fatal', 'warn', 'info', 'unknown'])
})

test('the summary says how much the counts are of', () => {
  const answer = (given: Partial<PatternsOutput>): PatternsOutput => ({
    matched: 1,
    looked: 1,
    shapes: 1,
    interval_ms: 1,
    buckets: [],
    patterns: [pattern({})],
    read: { rows: 0, bytes: 0, segments: 0 },
    took_ms: 1,
    ...given,
  })
  expect(patternsText(answer({}))).toBe('1 pattern in 1 event')
  expect(patternsText(answer({ matched: 5_000_000, looked: 1_000_123, shapes: 40 }))).toBe(
    'The 1 commonest of 40 patterns in a random sample of 1,000,123 of 5,000,000 events',
  )
})

test('leaving out a pattern of no message asks for a message, not for none of none', () => {
  const none = pattern({ query: 'NOT message:*' })
  expect(print(patternTerm(none, 'without'))).toBe('message:*')
  expect(parse(print(patternTerm(pattern({}), 'without'))).query.kind).toBe('not')
})

test('a sparkline shows one event among thousands, and nothing where nothing was', () => {
  expect(sparkPath([0, 0], 96, 18)).toBe('')
  expect(sparkPath([1, 0, 100_000], 96, 18)).toContain('v-1h')
})

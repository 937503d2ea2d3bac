import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeOf, errorScore, worstFirst } from '../src/questions/error-change.ts'

const compared = (count: number, errors: number, previous_count: number, previous_errors: number) => ({
  count,
  errors,
  previous_count,
  previous_errors,
})

test('small numbers do not scream, and of large ones only what chance does not explain', () => {
  expect(changeOf(compared(100, 3, 100, 0))).toBe('steady')
  expect(changeOf(compared(100, 10, 100, 0))).toBe('errors_up')
  expect(changeOf(compared(100, 30, 100, 10))).toBe('errors_up')
  expect(changeOf(compared(100, 12, 100, 10))).toBe('steady')
  expect(changeOf(compared(99_999, 10_050, 99_999, 10_000))).toBe('steady')
  // No chance, and still no news.
  expect(changeOf(compared(9e6, 1_020_000, 9e6, 1_000_000))).toBe('steady')
  expect(changeOf(compared(100, 0, 100, 30))).toBe('errors_down')
})

test('what was not there is new, and what was there often and is no more is gone', () => {
  expect(changeOf(compared(1, 0, 0, 0))).toBe('new')
  expect(changeOf(compared(0, 0, 10, 0))).toBe('gone')
  expect(changeOf(compared(0, 0, 3, 0))).toBe('steady')
  expect(changeOf(compared(0, 0, 40, 40))).toBe('errors_down')
})

test('the worst comes first: errors up, gone, new, then those with most errors', () => {
  const values = {
    quiet: compared(1000, 0, 1000, 0),
    'as bad as ever': compared(1000, 500, 1000, 500),
    new: compared(50, 0, 0, 0),
    gone: compared(0, 0, 800, 0),
    worse: compared(1000, 40, 1000, 5),
    'new and broken': compared(300, 200, 0, 0),
  }
  const order = Object.entries(values).sort(([, a], [, b]) => worstFirst(a, b))
  expect(order.map(([name]) => name)).toEqual([
    'new and broken',
    'worse',
    'gone',
    'new',
    'as bad as ever',
    'quiet',
  ])
})

test('more errors never make a score less, and twice the same is no change', () => {
  const count = fc.nat(1_000_000)
  fc.assert(
    fc.property(count, count, count, (errors, more, before) => {
      const score = errorScore(compared(0, errors, 0, before))
      expect(errorScore(compared(0, errors + more, 0, before))).toBeGreaterThanOrEqual(score)
      expect(errorScore(compared(0, before, 0, errors))).toBeCloseTo(-score, 9)
    }),
  )
})

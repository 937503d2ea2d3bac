import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refreshPause } from '../src/features/search/time-range/auto-refresh.ts'
import {
  doubledRange,
  leftRange,
  movedRange,
  NO_RANGES,
  type RangeHistory,
  steppedRange,
} from '../src/features/search/time-range/range-steps.ts'
import { ALL_TIME, isoRange, resolveRange } from '../src/features/search/time-range/time-range.ts'
import { typedRange } from '../src/features/search/time-range/typed-range.ts'

const NOW = Date.parse('2026-03-15T12:00:00Z')
const MINUTE = 60_000

describe('steps from a range', () => {
  test('half its length earlier and later, and never past now', () => {
    const range = isoRange(NOW - 60 * MINUTE, NOW - 40 * MINUTE)
    expect(movedRange(range, 'earlier', NOW)).toEqual(isoRange(NOW - 70 * MINUTE, NOW - 50 * MINUTE))
    expect(movedRange(range, 'later', NOW)).toEqual(isoRange(NOW - 50 * MINUTE, NOW - 30 * MINUTE))
    expect(movedRange(isoRange(NOW - 25 * MINUTE, NOW - 5 * MINUTE), 'later', NOW)).toEqual(
      isoRange(NOW - 20 * MINUTE, NOW),
    )
    const hour = { from: 'now-1h', to: 'now' }
    expect(movedRange(hour, 'earlier', NOW)).toEqual(isoRange(NOW - 90 * MINUTE, NOW - 30 * MINUTE))
    expect(movedRange(hour, 'later', NOW)).toBeUndefined()
    expect(movedRange(ALL_TIME, 'earlier', NOW)).toBeUndefined()
  })

  test('zooming out doubles the range around its middle; one up to now stays up to now', () => {
    expect(doubledRange({ from: 'now-15m', to: 'now' }, NOW)).toEqual({ from: 'now-30m', to: 'now' })
    expect(doubledRange({ from: isoRange(NOW - MINUTE, NOW).from, to: 'now' }, NOW)).toEqual({
      from: isoRange(NOW - 2 * MINUTE, NOW).from,
      to: 'now',
    })
    expect(doubledRange(ALL_TIME, NOW)).toBeUndefined()
    fc.assert(
      fc.property(fc.integer({ min: 0, max: NOW }), fc.integer({ min: 1, max: 1e10 }), (from, length) => {
        const range = isoRange(from, from + length)
        const twice = resolveRange(doubledRange(range, NOW) ?? range, NOW)
        const [before, behind] = [from - (twice?.from ?? 0), (twice?.to ?? 0) - (from + length)]
        expect(before).toBe(behind)
        expect(Math.abs(before * 2 - length)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('back and forward lead through the ranges that were shown; a new one ends the way forward', () => {
    const [a, b, c] = [1, 2, 3].map((hours) => ({ from: `now-${hours}h`, to: 'now' }))
    if (a === undefined || b === undefined || c === undefined) throw new Error('three ranges')
    let history: RangeHistory = leftRange(leftRange(NO_RANGES, a), b)
    const back = steppedRange(history, c, 'back')
    expect(back?.range).toEqual(b)
    history = back?.history ?? NO_RANGES
    expect(steppedRange(history, b, 'forward')?.range).toEqual(c)
    expect(steppedRange(history, b, 'back')?.range).toEqual(a)
    expect(steppedRange(leftRange(history, b), c, 'forward')).toBeUndefined()
    expect(steppedRange(NO_RANGES, a, 'back')).toBeUndefined()
  })

  test('the ranges that are kept do not grow without end', () => {
    let history = NO_RANGES
    for (let i = 1; i < 500; i++) history = leftRange(history, { from: `now-${i}m`, to: 'now' })
    expect(history.past.length).toBe(50)
    expect(history.past.at(-1)?.from).toBe('now-499m')
  })
})

test('a typed moment is the minute around it, marked; a typed range is itself', () => {
  expect(typedRange('yesterday 14:00', NOW, 'UTC')).toEqual({
    range: { from: '2026-03-14T13:59:00.000Z', to: '2026-03-14T14:01:00.000Z' },
    at: Date.parse('2026-03-14T14:00:00Z'),
  })
  expect(typedRange('45m', NOW, 'UTC')).toEqual({ range: { from: 'now-45m', to: 'now' } })
  expect(typedRange('soon', NOW, 'UTC')).toBeUndefined()
})

test('the page asks again by itself only where nobody is disturbed by it', () => {
  const calm = { visible: true, atTop: true, open: false, live: false, to: 'now' }
  expect(refreshPause(calm)).toBeUndefined()
  for (const busy of [{ visible: false }, { atTop: false }, { open: true }, { live: true }, { to: 'now-1h' }])
    expect(refreshPause({ ...calm, ...busy })).toBeDefined()
})

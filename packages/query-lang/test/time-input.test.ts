import { MAX_NANOS, MIN_NANOS, nanosFromIso } from '@heartwood/event'
import { describe, expect, test } from 'vitest'
import { parseDuration, parseTime } from '../src/index.ts'

const NOW = 1_790_000_000_123_456_789n
const SECOND = 1_000_000_000n

describe('a time', () => {
  test.each([
    ['now', NOW],
    [' now ', NOW],
    ['now-1h', NOW - 3600n * SECOND],
    ['now - 15m', NOW - 900n * SECOND],
    ['now+30s', NOW + 30n * SECOND],
    ['now-7d', NOW - 604_800n * SECOND],
    ['now-2w', NOW - 1_209_600n * SECOND],
    ['now-250ms', NOW - 250_000_000n],
    ['now-1d-12h', NOW - 129_600n * SECOND],
    ['beginning', MIN_NANOS],
    ['1790000000000', 1_790_000_000_000_000_000n],
    ['1790000000000.5', 1_790_000_000_000_500_000n],
    ['0', 0n],
    ['-1500', -1_500_000_000n],
    ['2026-09-21T14:13:20Z', nanosFromIso('2026-09-21T14:13:20Z')],
    ['2026-09-21T16:13:20.123456789+02:00', nanosFromIso('2026-09-21T14:13:20.123456789Z')],
    ['2026-09-21', nanosFromIso('2026-09-21T00:00:00Z')],
  ])('%j is understood', (text, expected) => {
    expect(expected).toBeDefined()
    expect(parseTime(text, NOW)).toBe(expected)
  })

  test.each([
    '',
    'yesterday',
    'now-',
    'now-1',
    'now-1y',
    'nowish',
    'now-1h30',
    '2026-13-01',
    '1e12',
    '12345678901234567',
    'NaN',
    '9999-13-01',
    '2026-02-29',
    'now-99999999w',
  ])('%j is none', (text) => expect(parseTime(text, NOW)).toBeUndefined())

  test('a date of a far year is the first or last time there is', () => {
    for (const text of ['9999-12-31T23:59:59Z', '2262-04-12']) expect(parseTime(text, NOW)).toBe(MAX_NANOS)
    for (const text of ['0001-01-01', '1677-01-01T00:00:00Z']) expect(parseTime(text, NOW)).toBe(MIN_NANOS)
  })

  test('past what nanoseconds can hold is none', () => {
    expect(parseTime('now+1w', MAX_NANOS - SECOND)).toBeUndefined()
    expect(parseTime('now-1w', MIN_NANOS + SECOND)).toBeUndefined()
  })
})

test('a length of time has one unit and is not zero', () => {
  expect(parseDuration('5m')).toBe(300n * SECOND)
  expect(parseDuration('1500ms')).toBe(1_500_000_000n)
  for (const text of ['0s', '5', 'm', '-5m', '1.5h', '5 m', '5y']) expect(parseDuration(text)).toBeUndefined()
})

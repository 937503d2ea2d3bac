import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  isoFromNanos,
  levelOfSeverity,
  millisFromNanos,
  nanosFromIso,
  nanosFromMillis,
  severityOfLevel,
  severityOfSyslog,
  severityOfWord,
} from '../src/index.ts'

test('every nanosecond that int64 holds survives being written and read', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (nanos) => {
      expect(nanosFromIso(isoFromNanos(nanos))).toBe(nanos)
    }),
    { numRuns: 2000 },
  )
})

test('milliseconds round down, also before 1970', () => {
  expect(millisFromNanos(-1n)).toBe(-1)
  expect(millisFromNanos(1_999_999n)).toBe(1)
  expect(nanosFromMillis(-0.5)).toBe(-500_000n)
})

test.each([
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
  ['2026-01-02 03:04:05,678', '2026-01-02T03:04:05.678Z'],
  ['2026-01-02T03:04:05.123456789+02:00', '2026-01-02T01:04:05.123456789Z'],
  ['2026-01-02T03:04:05.1234567891234Z', '2026-01-02T03:04:05.123456789Z'],
  ['2026-01-02T03:04:05-0730', '2026-01-02T10:34:05.000Z'],
  ['2026-01-02T03:04', '2026-01-02T03:04:00.000Z'],
  ['2026-01-02', '2026-01-02T00:00:00.000Z'],
  ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
])('%s is the time %s', (text, iso) => {
  expect(isoFromNanos(nanosFromIso(text) ?? -1n)).toBe(iso)
})

test.each([
  '',
  'yesterday',
  '2026-13-01',
  '2026-02-30T00:00:00Z',
  '2026-01-02T25:00:00Z',
  '2026-01-02T03:04:05+99',
  '9999-01-01T00:00:00Z',
  '12345',
  '2026-1-2',
])('%s is no time', (text) => {
  const nanos = nanosFromIso(text)
  expect(nanos).toBe(undefined)
})

test('levels and severity numbers agree in both directions', () => {
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown'] as const) {
    expect(levelOfSeverity(severityOfLevel(level))).toBe(level)
  }
  expect([levelOfSeverity(0), levelOfSeverity(24), levelOfSeverity(25), levelOfSeverity(Number.NaN)]).toEqual(
    ['unknown', 'fatal', 'unknown', 'unknown'],
  )
  expect([severityOfWord('[WARNING]'), severityOfWord('constructor'), severityOfWord('')]).toEqual([
    13,
    undefined,
    undefined,
  ])
  expect([severityOfSyslog(0), severityOfSyslog(7), severityOfSyslog(8)]).toEqual([21, 5, undefined])
})

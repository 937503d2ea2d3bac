import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  durationText,
  readableNumber,
  sizeText,
} from '../../src/features/search/details/fields/readable-value.ts'

describe('numbers as a person reads them', () => {
  test.each([
    ['event.duration', 12_345_678, '12.3 ms'],
    ['event.duration', 999, '999 ns'],
    ['duration_ms', 1_500, '1.5 s'],
    ['elapsedMs', 0.25, '250 µs'],
    ['http.latency.seconds', 200, '3 min 20 s'],
    ['elapsed_s', 7_500, '2 h 5 min'],
    ['http.response.body.bytes', 1_536_000, '1.54 MB'],
    ['content_length', 48_000, '48 kB'],
    ['token.exp', 1_767_225_600, '2026-01-01 00:00:00.000 UTC'],
    ['created_at', 1_767_225_600_123, '2026-01-01 00:00:00.123 UTC'],
    ['ts', 1_767_225_600_000_000_000, '2026-01-01 00:00:00.000 UTC'],
  ])('%s %d is %s', (name, value, text) => {
    expect(readableNumber(name, value)?.text).toBe(text)
  })

  test.each([
    ['status', 500],
    ['orders', 1_767_225_600],
    ['class.s', 12],
    ['at', 3],
    ['size', 5_000],
    ['bytes', 12],
    ['duration_ms', Number.POSITIVE_INFINITY],
  ])('%s %d stays as it is: the name says no unit', (name, value) => {
    expect(readableNumber(name, value)).toBeUndefined()
  })

  test('no length or size is written with a thousand of a unit, or with more than three digits', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e17, noNaN: true }), (value) => {
        for (const text of [durationText(value), sizeText(value)]) {
          expect(text).toMatch(
            /^(\d+(\.\d+)?(e-\d+)?) (ns|µs|ms|s|min|h|d|B|kB|MB|GB|TB|PB)( \d+ (s|min|h))?$/,
          )
          const [number = ''] = text.split(' ')
          if (!/ d/.test(text)) expect(Number(number)).toBeLessThan(1_000)
        }
      }),
    )
  })
})

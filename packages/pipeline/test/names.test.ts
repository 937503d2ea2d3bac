import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nanosOfDuration } from '../src/names/duration-text.ts'
import { errorOfStack } from '../src/names/error-of-stack.ts'
import { json } from './events.ts'

test.each([
  ['latency_ms', 35, 35_000_000],
  ['latencyMs', 0.5, 500_000],
  ['duration_ns', 35, 35],
  ['durationSeconds', 1.5, 1_500_000_000],
  ['elapsed_us', '12', 12_000],
  ['ElapsedMilliseconds', 12.3456, 12_345_600],
  ['responseTime', 7, 7_000_000],
  ['duration', '35ms', 35_000_000],
  ['duration', '1m3.5s', 63_500_000_000],
  ['elapsed', '35 µs', 35_000],
  ['took', 'PT1M0.5S', 60_500_000_000],
  ['duration', '00:00:01.5', 1_500_000_000],
])('%s %s takes event.duration %i ns, and stays', (key, value, nanos) => {
  expect(json({ [key]: value, x: 1 }).attributes).toEqual({ [key]: value, x: 1, 'event.duration': nanos })
})

test.each([
  ['duration', 35],
  ['elapsed', 0.035],
  ['latency', '35'],
  ['latency_ms', -1],
  ['latency_ms', 1e300],
  ['latency_ms', 'fast'],
  ['db_ms', 12],
  ['duration', '12 parsecs'],
])('%s %s says no duration for sure', (key, value) => {
  expect(json({ [key]: value }).attributes).toEqual({ [key]: value })
})

test("an event's own event.duration wins", () => {
  expect(json({ 'event.duration': 5, latency_ms: 1 }).attributes['event.duration']).toBe(5)
})

test('whole milliseconds of any length are nanoseconds to the last digit, also past 2^32', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9_000_000_000 }), (millis) => {
      expect(json({ latency_ms: millis }).attributes['event.duration']).toBe(millis * 1e6)
    }),
  )
})

test.each([
  [
    'java.lang.IllegalStateException: closed\n\tat a.B.c(B.java:1)',
    'java.lang.IllegalStateException',
    'closed',
  ],
  ['Exception in thread "main" java.lang.Error\n\tat a.B.c(B.java:1)', 'java.lang.Error', ''],
  ['TypeError: x is not a function\n    at pay (/a.js:1:2)', 'TypeError', 'x is not a function'],
  ['System.TimeoutException: no\r\n   at Shop.Cart.Pay()', 'System.TimeoutException', 'no'],
  [
    'Traceback (most recent call last):\n  File "a.py", line 1, in x\n    y\nshop.NoFunds: no',
    'shop.NoFunds',
    'no',
  ],
  [
    'Traceback (most recent call last):\n  File "a.py", line 1, in x\n    y\nKeyboardInterrupt',
    'KeyboardInterrupt',
    '',
  ],
])('%j is a stack trace of %s', (text, type, message) => {
  expect(errorOfStack(text)).toEqual({ type, message })
})

test.each([
  'insufficient funds',
  'two\nlines',
  'a poem: at night\n  at home we sleep',
  'main.main\n\t/srv/app/main.go:17',
  '',
])('%j is no stack trace that says its error', (text) => {
  expect(errorOfStack(text)).toBeUndefined()
})

test('reading durations and stack traces never throws and takes time in proportion, whatever the text', () => {
  const piece = fc.constantFrom(
    'a',
    '.',
    '::',
    ': ',
    '\n',
    '\r',
    '\tat ',
    ' ',
    'File "',
    '", line 1',
    'Traceback (most recent call last):',
    '1',
    'ms',
    ':',
    'PT',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 2000 }), (pieces, times) => {
      const text = pieces.join('').repeat(times)
      const before = process.threadCpuUsage()
      nanosOfDuration(text)
      errorOfStack(text)
      const { user } = process.threadCpuUsage(before)
      expect(user / 1000).toBeLessThan(500)
    }),
    { numRuns: 300 },
  )
})

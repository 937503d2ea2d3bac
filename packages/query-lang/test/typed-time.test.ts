import { isoFromNanos, nanosFromIso } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTime, readTimestamp, readTypedTime } from '../src/index.ts'

/** A Wednesday, 12:30 in Berlin. */
const NOW = nanosFromIso('2026-03-18T11:30:00Z') ?? 0n
const CLOCK = { now: NOW, zone: 'Europe/Berlin' }

/** `from … to` or `@ moment`. */
function typed(text: string, clock = CLOCK): string | undefined {
  const found = readTypedTime(text, clock)
  if (found === undefined) return undefined
  return found.kind === 'range' ? `${found.from} … ${found.to}` : `@ ${isoFromNanos(found.at)}`
}

describe('a typed time', () => {
  test.each([
    ['2h', 'now-2h … now'],
    ['45m', 'now-45m … now'],
    [' 30 sec ', 'now-30s … now'],
    ['1h30m', 'now-1h-30m … now'],
    ['-15m', 'now-15m … now'],
    ['now-2h', 'now-2h … now'],
    ['last 3 days', 'now-3d … now'],
    ['past hour', 'now-1h … now'],
    ['Last week', 'now-1w … now'],
    ['today', '2026-03-17T23:00:00.000Z … now'],
    ['yesterday', '2026-03-16T23:00:00.000Z … 2026-03-17T23:00:00.000Z'],
    ['monday', '2026-03-15T23:00:00.000Z … 2026-03-16T23:00:00.000Z'],
    ['wed', '2026-03-17T23:00:00.000Z … now'],
    ['last wednesday', '2026-03-10T23:00:00.000Z … 2026-03-11T23:00:00.000Z'],
    ['2026-03-01', '2026-02-28T23:00:00.000Z … 2026-03-01T23:00:00.000Z'],
    ['since yesterday', '2026-03-16T23:00:00.000Z … now'],
    ['since 9:00', '2026-03-18T08:00:00.000Z … now'],
    ['from 9:00 to now', '2026-03-18T08:00:00.000Z … now'],
    ['10:00-11:30', '2026-03-18T09:00:00.000Z … 2026-03-18T10:30:00.000Z'],
    ['14:00 - 15:30', '2026-03-17T13:00:00.000Z … 2026-03-17T14:30:00.000Z'],
    ['yesterday 14:00-15:30', '2026-03-17T13:00:00.000Z … 2026-03-17T14:30:00.000Z'],
    ['yesterday 23:00 to 01:00', '2026-03-17T22:00:00.000Z … 2026-03-18T00:00:00.000Z'],
    ['2026-03-01 12:00 to 13:00', '2026-03-01T11:00:00.000Z … 2026-03-01T12:00:00.000Z'],
    ['2026-03-01 12:00 to 2026-03-02 13:00', '2026-03-01T11:00:00.000Z … 2026-03-02T12:00:00.000Z'],
    ['2026-03-01 to 2026-03-03', '2026-02-28T23:00:00.000Z … 2026-03-03T23:00:00.000Z'],
    ['2026-03-01T12:00:00Z..2026-03-01T12:05:00Z', '2026-03-01T12:00:00.000Z … 2026-03-01T12:05:00.000Z'],
    ['monday to tuesday', '2026-03-15T23:00:00.000Z … 2026-03-17T23:00:00.000Z'],
    ['2 hours ago', '@ 2026-03-18T09:30:00.000Z'],
    ['an hour ago', '@ 2026-03-18T10:30:00.000Z'],
    ['yesterday 14:00', '@ 2026-03-17T13:00:00.000Z'],
    ['yesterday at 2pm', '@ 2026-03-17T13:00:00.000Z'],
    ['monday 9:05:30', '@ 2026-03-16T08:05:30.000Z'],
    ['noon', '@ 2026-03-18T11:00:00.000Z'],
    ['12:00', '@ 2026-03-18T11:00:00.000Z'],
    ['14:00', '@ 2026-03-17T13:00:00.000Z'],
  ])('%s', (text, expected) => expect(typed(text)).toBe(expected))

  test.each([
    '',
    'soon',
    '25:00',
    'yesterday 25:00',
    '2026-02-30',
    '0h',
    '3 apples',
    'checkout',
    '500',
    '13:00-13:00 x',
  ])('%j is none', (text) => expect(typed(text)).toBeUndefined())

  test('a day has 23 hours where clocks go forward', () => {
    const clock = { now: nanosFromIso('2026-03-30T10:00:00Z') ?? 0n, zone: 'Europe/Berlin' }
    expect(typed('yesterday', clock)).toBe('2026-03-28T23:00:00.000Z … 2026-03-29T22:00:00.000Z')
  })

  test('both ends of every range are times the API reads, the first before the second', () => {
    const word = fc.constantFrom(
      '2h',
      'yesterday',
      'monday',
      '14:00',
      '-',
      ' to ',
      'since ',
      '9:00',
      'last ',
      'now',
      '2026-03-01',
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        const found = readTypedTime(words.join(words.length % 2 === 0 ? ' ' : ''), CLOCK)
        if (found?.kind !== 'range') return
        const [from, to] = [parseTime(found.from, NOW), parseTime(found.to, NOW)]
        expect(from !== undefined && to !== undefined && from < to, JSON.stringify(found)).toBe(true)
      }),
    )
  })
})

describe('a time stamp', () => {
  const at = '2026-03-01T13:30:05.000Z'
  test.each([
    ['2026-03-01T13:30:05Z', at],
    ['2026-03-01T14:30:05.123456789+01:00', '2026-03-01T13:30:05.123456789Z'],
    ['2026-03-01 14:30:05,123', '2026-03-01T13:30:05.123Z'],
    ['[2026-03-01 14:30:05]', at],
    ['"2026-03-01T13:30:05Z",', at],
    ['2026/03/01 14:30:05', at],
    ['2026-03-01 13:30:05.5 +0000 UTC m=+0.01', '2026-03-01T13:30:05.500Z'],
    ['20260301T133005Z', at],
    ['Mar  1 14:30:05', at],
    ['Nov 30 14:30:05', '2025-11-30T13:30:05.000Z'],
    ['01/Mar/2026:13:30:05 +0000', at],
    ['[01/Mar/2026:13:30:05 +0000]', at],
    ['Sun, 01 Mar 2026 13:30:05 GMT', at],
    ['Sun Mar  1 14:30:05 2026', at],
    ['Sun Mar 01 14:30:05.250000 2026', '2026-03-01T13:30:05.250Z'],
    ['Mar 1, 2026 2:30:05 PM', at],
    ['I0301 14:30:05.250000', '2026-03-01T13:30:05.250Z'],
    ['1772371805', at],
    ['1772371805.25', '2026-03-01T13:30:05.250Z'],
    ['1772371805250', '2026-03-01T13:30:05.250Z'],
    ['1772371805250001', '2026-03-01T13:30:05.250001Z'],
    ['1772371805250001002', '2026-03-01T13:30:05.250001002Z'],
  ])('%s', (text, expected) => {
    const nanos = readTimestamp(text, NOW, 'Europe/Berlin')
    expect(nanos === undefined ? undefined : isoFromNanos(nanos)).toBe(expected)
  })

  test.each([
    '',
    '12345',
    '2026-13-01 10:00',
    'Foo 1 14:30:05',
    '123456789012',
    'at 14:30 it broke',
    '2026-03-01 25:00:00',
  ])('%j is none', (text) => expect(readTimestamp(text, NOW, 'Europe/Berlin')).toBeUndefined())

  test('any text is read fast or not at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const nanos = readTimestamp(text, NOW, 'UTC')
        expect(nanos === undefined || isoFromNanos(nanos).endsWith('Z')).toBe(true)
      }),
    )
  })
})

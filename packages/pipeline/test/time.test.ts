import { FLAGS, isoFromNanos, nanosFromIso, rowsOf } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PLAIN_STEPS, runPipeline } from '../src/index.ts'
import { timeOfPlainIso } from '../src/time/plain-iso.ts'
import { generalTimeOfText, timeOfText } from '../src/time/text-times.ts'
import { readMonthAt, readShapeAt } from '../src/time/time-at.ts'
import { arrived, json, NO_DEFAULTS, only, process, RECEIVED, text } from './events.ts'

const inferred = (flags: number) => (flags & FLAGS.time_inferred) !== 0

test.each([
  ['2024-06-15T10:11:12Z', '2024-06-15T10:11:12.000Z'],
  ['2024-06-15T10:11:12.123456789Z', '2024-06-15T10:11:12.123456789Z'],
  ['2024-06-15T10:11:12.5+02:00', '2024-06-15T08:11:12.500Z'],
  ['2024-06-15T10:11:12+0200', '2024-06-15T08:11:12.000Z'],
  ['2024-06-15 10:11:12,123', '2024-06-15T10:11:12.123Z'],
  ['2024-06-15 10:11:12 -0500', '2024-06-15T15:11:12.000Z'],
  ['2024/06/15 10:11:12', '2024-06-15T10:11:12.000Z'],
  ['20240615T101112Z', '2024-06-15T10:11:12.000Z'],
  ['2024-06-15T12:11:12.1+02:00[Europe/Berlin]', '2024-06-15T10:11:12.100Z'],
  ['15/Jun/2024:10:11:12 +0200', '2024-06-15T08:11:12.000Z'],
  ['Sat, 15 Jun 2024 10:11:12 GMT', '2024-06-15T10:11:12.000Z'],
  ['Sat Jun 15 10:11:12 2024', '2024-06-15T10:11:12.000Z'],
  ['Sat Jun 15 10:11:12 UTC 2024', '2024-06-15T10:11:12.000Z'],
  ['Jun 15 10:11:12 2024', '2024-06-15T10:11:12.000Z'],
  ['Jun 15, 2024 1:11:12 PM', '2024-06-15T13:11:12.000Z'],
  ['2024-06-15 01:11:12.5 PM', '2024-06-15T13:11:12.500Z'],
  ['2024-06-15 12:11:12 am', '2024-06-15T00:11:12.000Z'],
  ['15 Jun 2024 01:11:12 PM GMT', '2024-06-15T13:11:12.000Z'],
  ['Sat Jun 15 01:11:12 PM CEST 2024', '2024-06-15T11:11:12.000Z'],
  ['2024-06-15 10:11:12.123456789 -0400 EDT', '2024-06-15T14:11:12.123456789Z'],
  ['2024-06-15 10:11:12 GMT+0200', '2024-06-15T08:11:12.000Z'],
  ['2024-06-15 10:11:12 NZST', '2024-06-14T22:11:12.000Z'],
  ['2024-06-15 10:11:12.5 +0000 UTC m=+0.017345', '2024-06-15T10:11:12.500Z'],
  ['1718446272', '2024-06-15T10:11:12.000Z'],
  ['1718446272.123456789', '2024-06-15T10:11:12.123456789Z'],
  ['1718446272123', '2024-06-15T10:11:12.123Z'],
  ['1718446272123456', '2024-06-15T10:11:12.123456Z'],
  ['1718446272123456789', '2024-06-15T10:11:12.123456789Z'],
  [1718446272, '2024-06-15T10:11:12.000Z'],
  [1718446272.25, '2024-06-15T10:11:12.250Z'],
  [1718446272123, '2024-06-15T10:11:12.123Z'],
  [1718446272123456789n, '2024-06-15T10:11:12.123456789Z'],
])('the time %s is read as %s', (value, iso) => {
  for (const key of ['@timestamp', 'timestamp', 'time', 'ts', 'eventTime']) {
    const event = json({ [key]: value, x: 1 })
    expect(isoFromNanos(event.timestamp)).toBe(iso)
    expect(inferred(event.flags)).toBe(false)
    expect(event.attributes).toEqual({ x: 1 })
  }
})

test.each([
  'yesterday',
  '2024-06-15',
  '10:11:12',
  '',
  '12.5',
  '2024-13-45T99:99:99Z',
  '2024-06-15 10:11:12 IST',
  '2024-06-15 22:11:12 PM',
  12,
  0,
  -5,
  1e30,
])('the time %s is none: the receipt time with its flag, and the value stays', (value) => {
  const event = json({ time: value })
  expect(event.timestamp).toBe(RECEIVED)
  expect(inferred(event.flags)).toBe(true)
  expect(event.attributes).toEqual({ time: value })
})

test('more than 24 h in the future is the receipt time with its flag, the original kept', () => {
  const late = json({ '@timestamp': '2024-06-16T12:00:00.000000001Z' })
  expect(late.timestamp).toBe(RECEIVED)
  expect(inferred(late.flags)).toBe(true)
  expect(late.attributes).toEqual({ '@timestamp': '2024-06-16T12:00:00.000000001Z' })
  const edge = json({ '@timestamp': '2024-06-16T12:00:00Z' })
  expect(isoFromNanos(edge.timestamp)).toBe('2024-06-16T12:00:00.000Z')
  expect(inferred(edge.flags)).toBe(false)
})

const CREATED = '2024-06-15T11:30:00Z'
const ZONELESS = '2024-06-15 13:11:12'

test('where it is known when an agent read an event, a time whose zone is a guess does not count, in an attribute or a line', () => {
  for (const created of [CREATED, '1718451000', 1_718_451_000_000]) {
    const event = json({ 'event.created': created, time: ZONELESS })
    expect(isoFromNanos(event.timestamp)).toBe('2024-06-15T11:30:00.000Z')
    expect(event.attributes).toEqual({ time: ZONELESS })
    const line = only(
      process(arrived([{ message: `${ZONELESS} started`, attributes: { 'event.created': created } }])),
    )
    expect(isoFromNanos(line.timestamp)).toBe('2024-06-15T11:30:00.000Z')
  }
})

test.each(['an order', true, 7, '2024-06-15 11:30:00', 'Jun 15 11:30:00', '2999-01-01T00:00:00Z'])(
  'an event.created of %s says nothing sure of the time: that of the event counts as ever',
  (created) => {
    const event = json({ 'event.created': created, time: '2024-06-15 10:11:12' })
    expect(isoFromNanos(event.timestamp)).toBe('2024-06-15T10:11:12.000Z')
    expect(event.attributes).toEqual({ 'event.created': created })
  },
)

test('an attribute that is only called like event.created is no time, whatever stands beside the event', () => {
  const batch = arrived([
    { attributes: { 'event.created': CREATED } },
    { attributes: { eventCreated: CREATED } },
  ])
  const [read, other] = rowsOf(process(batch))
  expect(read?.timestamp).toBe(nanosFromIso(CREATED))
  expect(other?.timestamp).toBe(RECEIVED)
  expect(other?.attributes).toEqual({ eventCreated: CREATED })
})

test('an event that says everything in attributes has the time at which it was read where it has no other', () => {
  const { batch } = runPipeline(
    PLAIN_STEPS,
    arrived([{ attributes: { 'event.created': CREATED } }]),
    NO_DEFAULTS,
  )
  expect(only(batch).timestamp).toBe(nanosFromIso(CREATED))
})

test('a time outside int64 nanoseconds is the receipt time with its flag', () => {
  for (const value of ['1500-01-01T00:00:00Z', '9999-01-01T00:00:00Z', '99999999999999999999']) {
    const event = json({ time: value })
    expect(event.timestamp).toBe(RECEIVED)
    expect(inferred(event.flags)).toBe(true)
  }
})

test.each([
  ['2024-01-01T00:00:05Z', 'Dec 31 23:59:58', '2023-12-31T23:59:58.000Z'],
  ['2024-06-15T12:00:00Z', 'Jun 15 11:00:00', '2024-06-15T11:00:00.000Z'],
  ['2024-06-15T12:00:00Z', 'Jun 20 11:00:00', '2023-06-20T11:00:00.000Z'],
  ['2023-12-31T23:59:59Z', 'Jan  1 00:00:01', '2024-01-01T00:00:01.000Z'],
  ['2023-03-01T00:00:00Z', 'Feb 29 10:00:00', '2020-02-29T10:00:00.000Z'],
])('received %s, "%s" lies in the nearest past', (received, stamp, iso) => {
  const event = text(`${stamp} host app: hello`, nanosFromIso(received))
  expect(isoFromNanos(event.timestamp)).toBe(iso)
  expect(inferred(event.flags)).toBe(true)
})

test.each([
  ['2024-06-15T10:11:12.123456789Z stdout F hello', '2024-06-15T10:11:12.123456789Z'],
  ['[2024-06-15 10:11:12] hello', '2024-06-15T10:11:12.000Z'],
  ['2024-06-15 10:11:12.123 UTC [77] LOG:  x', '2024-06-15T10:11:12.123Z'],
  ['192.0.2.1 - frank [15/Jun/2024:10:11:12 +0000] "GET / HTTP/1.1" 200 12', '2024-06-15T10:11:12.000Z'],
  ['<165>1 2024-06-15T10:11:12.003Z host app - - - x', '2024-06-15T10:11:12.003Z'],
  ['[Sat Jun 15 10:11:12.123456 2024] [core:error] x', '2024-06-15T10:11:12.123456Z'],
  ['15-Jun-2024 10:11:12.123 INFO [main] x', '2024-06-15T10:11:12.123Z'],
  ['ERROR 2024-06-15 10:11:12,5 x', '2024-06-15T10:11:12.500Z'],
])('the line %s has the time %s and is kept as it was', (line, iso) => {
  const event = text(line)
  expect(isoFromNanos(event.timestamp)).toBe(iso)
  expect(inferred(event.flags)).toBe(false)
  expect(event.raw ?? event.message).toBe(line)
})

test.each([
  'the shop opens 2024-06-15 10:11:12',
  'took 1718446272 ns',
  '12:00:00 lunch',
  '2024-06-15 is a date',
])('the line %s has no time of its own', (line) => {
  expect(text(line).timestamp).toBe(RECEIVED)
  expect(inferred(text(line).flags)).toBe(true)
})

test('every nanosecond that the product can hold survives being written as ISO 8601 and read again', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -62_000_000_000_000_000n, max: RECEIVED }), (nanos) => {
      const event = json({ time: isoFromNanos(nanos) })
      expect(event.timestamp).toBe(nanos)
    }),
  )
})

test("the quick way of reading a syslog's time and the general one agree on every text", () => {
  const part = (most: number) => fc.nat(most).map((n) => String(n).padStart(2, '0'))
  const line = fc
    .tuple(
      fc.constantFrom('Jan', 'Feb', 'Apr', 'Sep', 'Dec', 'Mai', 'jun'),
      fc.nat(32).map((day) => String(day).padStart(2)),
      part(25),
      part(61),
      part(61),
      fc.constantFrom(
        ' web1',
        ' pm',
        ' am:',
        ' pmx',
        ' UTC a',
        ' 2024 a',
        '.5 a',
        'Z a',
        ' +0200 a',
        ' a',
        '',
      ),
    )
    .map(([month, day, h, m, s, rest]) => `${month} ${day} ${h}:${m}:${s}${rest}`)
  const years = [2023, 2024, 1900]
  const told = (read: ReturnType<typeof readMonthAt>) =>
    read?.time?.kind === 'yearless' ? [...years.map(read.time.inYear), read.end] : read
  fc.assert(
    fc.property(line, (text) => {
      const quick = readMonthAt(text, 0)
      if (quick === undefined) return
      expect(readShapeAt('ctime', text, 0)).toBeUndefined()
      expect(told(quick)).toEqual(told(readShapeAt('month', text, 0)))
    }),
    { numRuns: 3000 },
  )
})

test('the quick way of reading plain ISO 8601 and the general one agree on every text', () => {
  const part = (most: number, width: number) => fc.nat(most).map((n) => String(n).padStart(width, '0'))
  const iso = fc
    .tuple(
      fc.integer({ min: 1600, max: 2300 }),
      part(13, 2),
      part(32, 2),
      fc.constantFrom('T', ' ', 't', '_'),
      part(25, 2),
      part(61, 2),
      part(61, 2),
      fc
        .constantFrom('', '.', ',')
        .chain((dot) => part(1e11, 1).map((digits) => (dot === '' ? '' : dot + digits))),
      fc.constantFrom('Z', '', '+02:00', ' UTC', 'z'),
    )
    .map(([y, mo, d, t, h, mi, s, f, z]) => `${y}-${mo}-${d}${t}${h}:${mi}:${s}${f}${z}`)
  fc.assert(
    fc.property(iso, (written) => {
      const plain = timeOfPlainIso(written)
      if (plain !== undefined) expect(generalTimeOfText(written)).toEqual(plain)
      expect(timeOfText(written)).toEqual(generalTimeOfText(written))
    }),
    { numRuns: 5000 },
  )
})

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import cpu from 'node:process'
import { attributeNamed, isoFromNanos, type LogEvent } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatExamples, type LineExample } from '../src/formats/lines/examples.ts'
import { LINE_FORMATS } from '../src/formats/lines/index.ts'
import { mayHaveHead } from '../src/formats/lines/may-have-head.ts'
import { NAMED } from '../src/formats/lines/named.ts'
import { readLine } from '../src/formats/lines/read-line.ts'
import { arrived, json, process, text } from './events.ts'

const FORMATS = formatExamples()
const LINES = FORMATS.flatMap(({ examples }) => examples.map(({ line }) => line))

/** An event as the examples write it. */
function shown(event: LogEvent): LineExample['event'] {
  const { level, message, attributes } = event
  const own = ['service', 'hostname', 'namespace', 'pod', 'trace_id', 'span_id', 'request_id'] as const
  return {
    ...(event.timestamp !== event.observed_at && { '@timestamp': isoFromNanos(event.timestamp) }),
    level,
    message,
    ...Object.fromEntries(own.flatMap((name) => (event[name] === undefined ? [] : [[name, event[name]]]))),
    ...(Object.keys(attributes).length > 0 && { attributes: { ...attributes } as Record<string, string> }),
  }
}

describe.each(FORMATS.map((one) => [one.format.name, one] as const))('%s', (name, { examples }) => {
  test.each(examples.map((example) => [example.line, example] as const))('reads %s', (line, { event }) => {
    expect(shown(text(line))).toEqual(event)
    const formats = readLine(Buffer.from(line).toString('latin1'))?.formats ?? []
    expect(formats.map((format) => format.name)).toContain(name)
  })
})

test('every file of examples belongs to a format', () => {
  const files = readdirSync(join(import.meta.dirname, '../src/formats/lines/examples')).sort()
  expect(files).toEqual(LINE_FORMATS.map(({ name }) => `${name.replaceAll('_', '-')}.json`).sort())
})

test('the look at the bytes passes over no line that a format reads', () => {
  const cut = fc.tuple(
    fc.nat(60),
    fc.nat(3),
    fc.constantFrom('', ' ', 'a', 'Z', '0', ':', '[', '|', '/', ',', '-', '.', 'info', 'é'),
  )
  let passedOver = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...LINES.filter((line) => /^[a-z]/i.test(line))),
      fc.array(cut, { maxLength: 3 }),
      (line, cuts) => {
        const changed = cuts.reduce(
          (sum, [at, length, put]) => sum.slice(0, at) + put + sum.slice(at + length),
          line,
        )
        const bytes = Buffer.from(changed)
        if (mayHaveHead(bytes, 0, bytes.length)) return
        passedOver++
        expect(readLine(bytes.toString('latin1'))).toBeUndefined()
      },
    ),
    { numRuns: 20_000 },
  )
  expect(passedOver).toBeGreaterThan(0)
  const sentence = Buffer.from('order paid by user 17 in 12 ms')
  expect(mayHaveHead(sentence, 0, sentence.length)).toBe(false)
})

test('every pattern stands still at its place, so that a line is never searched', () => {
  for (const { name, pattern } of LINE_FORMATS) expect(pattern.sticky, name).toBe(true)
})

test('what JSON and text both say has one name', () => {
  for (const name of Object.values(NAMED)) expect(attributeNamed(name)?.attribute.name ?? name).toBe(name)
})

test('the line is kept as it was sent', () => {
  for (const line of LINES) expect(text(line).raw).toBe(line)
})

test('names beyond ASCII come out whole, and the message behind them begins where it begins', () => {
  const event = text('Jun 12 10:11:12 wüb1 prögram[7]: Käse „heiß“ größer')
  expect(event).toMatchObject({ service: 'prögram', message: 'Käse „heiß“ größer' })
  expect(text('2024-06-12 10:11:12,123 INFO [Fädchen 7] com.shop.Cart: größer')).toMatchObject({
    message: 'größer',
    attributes: { 'thread.name': 'Fädchen 7' },
  })
})

test('what a shipper says of the line wins over what the line says', () => {
  const event = json({
    message: '2024-06-12 10:11:12,123 ERROR [main] com.shop.Cart: gone',
    '@timestamp': '2024-06-13T00:00:00Z',
    level: 'info',
    'thread.name': 'shipper',
  })
  expect(event).toMatchObject({ level: 'info', message: 'gone', attributes: { 'thread.name': 'shipper' } })
  expect(isoFromNanos(event.timestamp)).toBe('2024-06-13T00:00:00.000Z')
})

test("the line end that Docker keeps is none of the message's", () => {
  const event = json({ log: '2024-06-12 10:11:12,123 ERROR [main] com.shop.Cart: gone\n', stream: 'stdout' })
  expect(event.message).toBe('gone')
  expect(json({ log: 'gone\r\n', stream: 'stdout' }).message).toBe('gone')
})

test.each([
  ['[12-Jun-2024 10:11:12 Europe/Berlin] PHP Warning:  x in /a.php on line 1'],
  ['2024-06-12 10:11:12 Europe/Berlin ERROR x'],
  ['2024-06-12 10:11:12 IST [7] LOG:  x'],
  ['17/06/09 cart is gone'],
  ['17/13/09 20:10:40 INFO storage.BlockManager: x'],
  ['081309 203615 148 INFO dfs.DataNode: x'],
  ['02-30 16:13:38.811  1702  2395 D WindowManager: x'],
  ['1999 node a b 17 1 x'],
])('%s has no time that is sure, so none', (line) => {
  const event = text(line)
  expect(event.timestamp).toBe(event.observed_at)
})

test.each([
  ['2024-06-12 01:11:12 PM INFO cart is full', '2024-06-12T13:11:12.000Z'],
  ['2024-06-12 12:11:12 AM [main] INFO  com.shop.Cart - full', '2024-06-12T00:11:12.000Z'],
  ['[2024-06-12 01:11:12 PM] ERROR cart is full', '2024-06-12T13:11:12.000Z'],
  ['Wed Jun 12 01:11:12 PM CEST 2024: cart is full', '2024-06-12T11:11:12.000Z'],
  ['Jun 12 10:11:12 2023 web1 shop[7]: cart is full', '2023-06-12T10:11:12.000Z'],
  ['Jun 12 10:11:12 2001:db8::1 shop[7]: cart is full', '2024-06-12T10:11:12.000Z'],
  ['Jun 12 10:11:12 2001::1 shop[7]: cart is full', '2024-06-12T10:11:12.000Z'],
  ['2024-06-12 10:11:12 UTC+02:00 ERROR x', '2024-06-12T08:11:12.000Z'],
  ['2024-06-12 10:11:12.123 GMT-3 [99] LOG:  x', '2024-06-12T13:11:12.123Z'],
  ['2024-06-12 10:11:12.123 HKT [99] LOG:  x', '2024-06-12T02:11:12.123Z'],
  ['2024-06-12 10:11:12 SAST cart is full', '2024-06-12T08:11:12.000Z'],
])('half of the day, year and zone of %s count', (line, time) => {
  expect(isoFromNanos(text(line).timestamp)).toBe(time)
})

test.each([
  ['[12-Jun-2024 10:11:12 Europe/Berlin] PHP Warning:  no cart', 'warn', 'no cart'],
  ['[12-Jun-2024 10:11:12 America/Argentina/Ushuaia] PHP Notice:  no cart', 'info', 'no cart'],
  ['2024-06-12 10:11:12.123 BST [99] FATAL:  starting up', 'fatal', 'starting up'],
  ['2024-06-12 10:11:12 IST ERROR cart is full', 'error', 'cart is full'],
])('in a zone that nobody knows for sure, all of %s but its time is read', (line, level, message) => {
  const event = text(line)
  expect(event.timestamp).toBe(event.observed_at)
  expect(event).toMatchObject({ level, message, raw: line })
})

test.each([
  '2024-06-12 10:11:12.123 -03 [99] LOG:  x',
  '2024-06-12 16:11:12.123 +03 [99] app@shop ERROR:  x',
])('an hour of offset before the process counts: %s', (line) =>
  expect(isoFromNanos(text(line).timestamp)).toBe('2024-06-12T13:11:12.123Z'),
)

test.each([
  '2024-06-12T10:11:12Z request failed: card refused',
  '2024-06-12T10:11:12.123456789Z Connection refused: is it running?',
  '2024-06-12T10:11:12+02:00 error occurred: card refused',
  'Wed Jun 12 10:11:12 2024 TLS Error: TLS key negotiation failed to occur within 60 seconds',
])('a sentence with a colon has no host and no service: %s', (line) => {
  const { message, service, hostname } = text(line)
  expect({ message, service, hostname }).toEqual({ message: line, service: undefined, hostname: undefined })
})

test.each([
  ['2024-06-12 10:11:12,123 ERROR java.io.IOException: closed', 'java.io.IOException: closed'],
  ['2024-06-12 10:11:12,123 ERROR Failed: closed', 'Failed: closed'],
  ['2024-06-12 10:11:12,123 WARN Timeout - trying again', 'Timeout - trying again'],
  ['2024-06-12 10:11:12 [main] ERROR java.lang.OutOfMemoryError: heap', 'java.lang.OutOfMemoryError: heap'],
  ['2024-06-12 10:11:12 [ERROR] ValueError: no number', 'ValueError: no number'],
])('what failed is of the message, not a logger: %s', (line, message) => {
  const event = text(line)
  expect(event.message.endsWith(message)).toBe(true)
  expect(event.attributes).not.toHaveProperty('log.logger')
  expect(event.level).toBe(line.includes('WARN') ? 'warn' : 'error')
})

/** An example with pieces of others cut out, put in, doubled. */
const mutated = fc
  .tuple(
    fc.constantFrom(...LINES),
    fc.array(fc.tuple(fc.nat(300), fc.nat(12), fc.constantFrom(...LINES), fc.nat(300), fc.nat(12)), {
      minLength: 1,
      maxLength: 4,
    }),
  )
  .map(([line, cuts]) =>
    cuts.reduce((left, [at, length, other, from, taken]) => {
      const place = at % (left.length + 1)
      return left.slice(0, place) + other.slice(from, from + taken) + left.slice(place + length)
    }, line),
  )

/** Whether minute and second of a time, or its seconds since 1970, stand in a line. */
function standsIn(line: string, nanos: bigint): boolean {
  const iso = isoFromNanos(nanos)
  // A zone may shift the minute; a leap second is the first of the next.
  const shifts = /[+-]\d\d:?(?:[1-9]\d|0[1-9])/.test(line)
  const clocks = Array.from(line, (_, at) => /^(\d{1,2}):?(\d\d)(?::?(\d\d))?/.exec(line.slice(at, at + 8)))
  return (
    line.includes(String(nanos / 1_000_000_000n)) ||
    clocks.some((clock) => {
      const [, , minute, second = '00'] = clock ?? []
      return second === '60' || (second === iso.slice(17, 19) && (shifts || minute === iso.slice(14, 16)))
    })
  )
}

test('a mutated line never throws, keeps what was sent, and gives no time that does not stand in it', () => {
  fc.assert(
    fc.property(mutated, (line) => {
      if (line === '') return
      const event = text(line)
      expect(event.raw ?? event.message).toBe(line)
      if (event.timestamp === event.observed_at) return
      expect(standsIn(line, event.timestamp), `${isoFromNanos(event.timestamp)} of ${line}`).toBe(true)
    }),
    { numRuns: 1_500 },
  )
})

test('a line takes time in proportion to its length, whatever is repeated in it', () => {
  const repeated = fc.tuple(fc.constantFrom(...LINES), fc.nat(200), fc.integer({ min: 1, max: 20 }))
  const lines = fc.sample(repeated, { numRuns: 400, seed: 7 }).map(([line, from, length]) => {
    const piece = line.slice(from % line.length, (from % line.length) + length)
    return line.slice(0, (from % line.length) + length) + piece.repeat(Math.ceil(8_192 / piece.length))
  })
  // CPU of this thread, since a busy machine makes anything slow.
  for (const line of lines) {
    const before = cpu.threadCpuUsage()
    process(arrived([{ message: line }]))
    const { user, system } = cpu.threadCpuUsage(before)
    expect((user + system) / 1000, line.slice(0, 300)).toBeLessThan(100)
  }
})

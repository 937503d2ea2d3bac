import { viewOf } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { idsOf } from '../src/ids-in-text.ts'
import { FORMATS } from '../src/index.ts'
import { severityAtStart } from '../src/level/level-at-start.ts'
import { MAY_NAME, namedIds } from '../src/named-ids.ts'
import { PlainLineHead } from '../src/plain-line-head.ts'
import { plainTraceAt, TRACE_ID_BYTES } from '../src/plain-trace.ts'
import * as readers from '../src/promote/readers.ts'
import { PlainIso } from '../src/time/plain-iso.ts'
import { generalTimeOfText, timeAtStart } from '../src/time/text-times.ts'

/** A look at the bytes of a text decides what a look at the text decides: a mixture of what steps look for. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      'trace',
      'Trace',
      'SPAN',
      'request',
      'req',
      'Correlation',
      'id',
      'ID',
      '_',
      '-',
      '.',
      ' ',
      '"',
      "'",
      '=',
      ':',
    ],
    ...[
      'level',
      'LVL',
      'severity',
      'info',
      'INFO',
      'warn',
      'ERROR',
      'NOTICE',
      'INFORMATION',
      'UTC',
      'EST',
      '[',
      ']',
      '(',
    ],
    ...[
      ')',
      '{',
      '}',
      ',',
      '\t',
      '\n',
      '\u00a0',
      '\ufeff',
      'ü',
      '0',
      '00-',
      'a=1',
      'b="x"',
      '{"a":1}',
      '<34>',
      '+02:00',
    ],
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '4bf92f3577b34da6a3ce929d0e0e4736',
  ),
  fc.string({ unit: 'binary', maxLength: 3 }),
)
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('').toWellFormed())

/** The bytes among others, so that a look beyond the ends would show. */
function placed(value: string): { bytes: Buffer; start: number; end: number } {
  const bytes = Buffer.from(`=id:{00-${value}=id:}00-Z9`)
  return { bytes, start: 8, end: 8 + Buffer.byteLength(value) }
}

test('a format that bytes rule out parses nothing', () => {
  fc.assert(
    fc.property(text, (line) => {
      const { bytes, start, end } = placed(line)
      for (const format of FORMATS) {
        if (!format.mayBe(bytes, viewOf(bytes), start, end))
          expect([format.name, format.parse(line)]).toEqual([format.name, undefined])
      }
    }),
    { numRuns: 5000 },
  )
})

test('what bytes show to be kept is read as it stands', () => {
  const value = fc.oneof(
    text,
    fc.stringMatching(/^[0-9a-fA-F-]{0,40}$/),
    fc.constantFrom('0'.repeat(32), 'a'.repeat(256), 'a'.repeat(257)),
  )
  fc.assert(
    fc.property(value, (given) => {
      const { bytes, start, end } = placed(given)
      for (const [name, reader] of Object.entries(readers)) {
        if (reader.keeps(bytes, start, end)) expect([name, reader.read(given)]).toEqual([name, given])
      }
    }),
    { numRuns: 5000 },
  )
  for (const [reader, kept] of [
    [readers.line, 'anything\n'],
    [readers.name, 'checkout service'],
    [readers.id, 'req-1/2'],
    [readers.hexId, '4bf92f3577b34da6a3ce929d0e0e4736'],
  ] as const) {
    const { bytes, start, end } = placed(kept)
    expect(reader.keeps(bytes, start, end)).toBe(true)
  }
})

test('whatever names an id in a text is seen in its bytes', () => {
  const patterns = [
    [MAY_NAME.trace, /trace[ ._-]?id["']?\s?[=:]/i],
    [MAY_NAME.span, /span[ ._-]?id["']?\s?[=:]/i],
    [MAY_NAME.request, /(?:request|req|correlation)[ ._-]?id["']?\s?[=:]/i],
    [MAY_NAME.traceparent, /00-/],
  ] as const
  fc.assert(
    fc.property(text, (given) => {
      const { bytes, start, end } = placed(given)
      const named = namedIds(bytes, viewOf(bytes), start, end)
      for (const [bit, pattern] of patterns) {
        if (pattern.test(given)) expect([given, named & bit]).toEqual([given, bit])
      }
      if (!/[=:-]/.test(given)) expect(named).toBe(0)
    }),
    { numRuns: 10_000 },
  )
})

test('a plain trace id that is read from bytes is the one that is read from text', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const spelled = fc.tuple(
    fc.constantFrom('', ' ', 'x', '_', '.', 'dd.', 'dd_', 'a trac ', 'ü', '{"', 'id=1 '),
    fc.constantFrom('trace', 'Trace', 'TRACE'),
    fc.constantFrom('', '_', '-', ' ', '.', 'x'),
    fc.constantFrom('id', 'Id', 'ID'),
    fc.constantFrom('', '"', "'", ' ', '" ', '  '),
    fc.constantFrom('=', ':'),
    fc.constantFrom('', ' ', '"', ' "', "'", '  '),
    fc.constantFrom(traceId, traceId.toUpperCase(), traceId.slice(1), `${traceId}0`, '0'.repeat(32), '12345'),
    fc.constantFrom('', ' ', '"', ',', '-', '_', 'g', 'ü', ' trace_id=0123456789abcdef'),
  )
  const line = fc.tuple(text, spelled, text).map((parts) => parts.flat().join(''))
  let read = 0
  fc.assert(
    fc.property(line, (given) => {
      const { bytes, start, end } = placed(given)
      const named = namedIds(bytes, viewOf(bytes), start, end)
      if (named !== MAY_NAME.trace) return
      const at = plainTraceAt(bytes, start, end)
      if (at < 0) return
      read++
      const trace_id = bytes.toString('latin1', at, at + TRACE_ID_BYTES)
      expect([given, idsOf(given, named)]).toEqual([
        given,
        { trace_id, span_id: undefined, request_id: undefined },
      ])
    }),
    { numRuns: 20_000 },
  )
  expect(read).toBeGreaterThan(200)
})

const two = (max: number) => fc.integer({ min: 0, max }).map((n) => String(n).padStart(2, '0'))
const isoTime = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1970, max: 2100 }), fc.integer({ min: 1600, max: 2400 })),
    two(13),
    two(32),
    fc.constantFrom('T', ' ', 't', '_'),
    two(25),
    two(61),
    two(61),
    fc.oneof(fc.constant(''), fc.stringMatching(/^[.,]\d{0,11}$/)),
    fc.constantFrom('Z', 'Z', '', 'z', '+02:00', ' EST'),
  )
  .map(([y, mo, d, t, h, mi, s, fraction, zone]) => `${y}-${mo}-${d}${t}${h}:${mi}:${s}${fraction}${zone}`)

test('a plain ISO time read from bytes is the one that is read from text, in either form', () => {
  const iso = new PlainIso()
  const halves = new Int32Array(2)
  let read = 0
  fc.assert(
    fc.property(isoTime, (given) => {
      const { bytes, start, end } = placed(given)
      if (iso.read(bytes, start, end) !== end) return
      read++
      const nanos = BigInt(iso.seconds) * 1_000_000_000n + BigInt(iso.nanos)
      expect({ kind: 'exact', nanos, zone: iso.zone }).toEqual(generalTimeOfText(given))
      iso.put(halves, 0)
      expect(new BigInt64Array(halves.buffer)[0]).toBe(nanos)
    }),
    { numRuns: 5000 },
  )
  expect(read).toBeGreaterThan(100)
})

test('time and level at the start of a line are the same from bytes and from text', () => {
  const level = fc.constantFrom(
    'INFO',
    '[info]',
    '[WARN]',
    '(error)',
    'warn',
    'Error',
    'INFORMATION',
    '[core:error]',
    'EST',
    'ERRORS',
    'host',
  )
  const line = fc
    .tuple(isoTime, fc.constantFrom(' ', '  ', ''), level, fc.constantFrom(' ', ':', ''), text)
    .map((parts) => parts.join(''))
  let read = 0
  fc.assert(
    fc.property(line, (given) => {
      const { bytes, start, end } = placed(given)
      const head = new PlainLineHead(bytes)
      const severity = head.read(start, end)
      if (severity === undefined) return
      read++
      const nanos = BigInt(head.time.seconds) * 1_000_000_000n + BigInt(head.time.nanos)
      const general = timeAtStart(given)
      expect(general?.time).toEqual({ kind: 'exact', nanos, zone: head.time.zone })
      expect(severityAtStart(given, general?.end ?? 0)).toBe(severity)
    }),
    { numRuns: 20_000 },
  )
  expect(read).toBeGreaterThan(500)
})

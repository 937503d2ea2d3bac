import {
  type AttributeValue,
  eventId,
  exactJson,
  FLAGS,
  type LogEvent,
  MAX_JSON_DEPTH,
  rowsOf,
} from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRecord, MAX_COLUMNS, MAX_RECORD_BYTES, recordHeader } from '../src/index.ts'
import { RECEIVED, throughQueue } from './through-the-queue.ts'

const attributesOf = (event: LogEvent | undefined) => Object.entries(event?.attributes ?? {})
const restOf = (event: LogEvent | undefined): unknown => JSON.parse(event?.rest ?? 'null')

test('nested objects become dotted keys, each value of its own type', async () => {
  const { events } = await throughQueue(
    '{"level":"info","http":{"status":200,"tls":true,"took":1.5},"tags":["a","b"],"none":null,"empty":{},"mixed":[1,null,"x",true]}',
  )
  expect(attributesOf(events[0])).toEqual([
    ['level', 'info'],
    ['http.status', 200],
    ['http.tls', true],
    ['http.took', 1.5],
    ['tags', ['a', 'b']],
    ['mixed', [1, 'x', true]],
  ])
})

test('every event carries id, receipt time and defaults until something better is found', async () => {
  const defaults = { service: 'shop', environment: 'prod', hostname: 'h1' }
  const { events } = await throughQueue('{"a":1}\n\nnot json\n', { defaults, batchId: 'agent-7' })
  expect(events).toMatchObject([
    {
      id: 'agent-7-000000',
      timestamp: RECEIVED,
      observed_at: RECEIVED,
      source: 'json',
      ...defaults,
      flags: 1,
    },
    { id: 'agent-7-000001', message: 'not json', flags: FLAGS.time_inferred | FLAGS.parse_failed },
  ])
})

test('a field may have any type in any event of a batch', async () => {
  const { events } = await throughQueue(
    '{"status":500}\n{"status":"ok"}\n{"status":[1]}\n{"status":true}\n{"status":2.5}\n{"status":{"code":1}}',
  )
  expect(events.map((event) => event.attributes.status ?? event.attributes['status.code'])).toEqual([
    500,
    'ok',
    [1],
    true,
    2.5,
    1,
  ])
})

test('integers of any size stay exact, wherever they stand', async () => {
  const { events } = await throughQueue(
    '{"a":9007199254740993,"b":-9223372036854775808,"c":18446744073709551615,"d":[9007199254740993],"e":[{"f":98765432109876543210}],"g":1e400}',
  )
  expect(attributesOf(events[0])).toEqual([
    ['a', 9007199254740993n],
    ['b', -9223372036854775808n],
    ['c', '18446744073709551615'],
    ['d', [9007199254740993n]],
    ['g', 'Infinity'],
  ])
  expect(events[0]?.rest).toBe('{"e":[{"f":98765432109876543210}]}')
})

test('objects in arrays and a dotted key that an event has twice are kept in rest', async () => {
  const { events } = await throughQueue('{"list":[{"a":1},2],"a.b":1,"a":{"b":"two"}}')
  expect([attributesOf(events[0]), restOf(events[0])]).toEqual([
    [['a.b', 1]],
    { list: [{ a: 1 }, 2], 'a.b': 'two' },
  ])
})

test('keys that mean something to JavaScript are plain data', async () => {
  const { events } = await throughQueue(
    '{"__proto__":{"polluted":true},"constructor":"c","":"empty","toString":1,"a":{"":2,"__proto__":3},"hasOwnProperty":[{"__proto__":4}]}',
  )
  expect(attributesOf(events[0]).sort()).toEqual([
    ['', 'empty'],
    ['__proto__.polluted', true],
    ['a.', 2],
    ['a.__proto__', 3],
    ['constructor', 'c'],
    ['toString', 1],
  ])
  expect(events[0]?.rest).toBe('{"hasOwnProperty":[{"__proto__":4}]}')
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
})

test('objects nested deep are kept as text, ever deeper ones as the line they came in', async () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  const { events } = await throughQueue(
    [nested(32), nested(33), nested(MAX_JSON_DEPTH + 1), nested(10_000), '['.repeat(10_000)].join('\n'),
  )
  expect(attributesOf(events[0])).toEqual([[Array(32).fill('a').join('.'), 1]])
  expect([attributesOf(events[1]), restOf(events[1])]).toEqual([
    [],
    { [Array(32).fill('a').join('.')]: { a: 1 } },
  ])
  expect(events.slice(2).map(({ flags, message }) => [flags & FLAGS.parse_failed, message.length])).toEqual([
    [FLAGS.parse_failed, nested(MAX_JSON_DEPTH + 1).length],
    [FLAGS.parse_failed, nested(10_000).length],
    [FLAGS.parse_failed, 10_000],
  ])
  const whole = await throughQueue(`{"a":\n${'['.repeat(10_000)}${']'.repeat(10_000)}}`).catch(
    (error: unknown) => error,
  )
  expect(whole).toMatchObject({ code: 'invalid_body' })
})

test('more keys than a batch may have columns go to rest, and nothing is lost', async () => {
  const lines = Array.from({ length: 50 }, (_, line) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key-${line}-${n}`, n]))),
  )
  const { decoded, events } = await throughQueue(lines.join('\n'))
  expect(decoded.batch.attributes.size).toBe(MAX_COLUMNS)
  events.forEach((event, line) => {
    const all = { ...event.attributes, ...(restOf(event) as object | null) }
    expect(all).toEqual(JSON.parse(lines[line] ?? ''))
  })
})

test('bytes that are no UTF-8 and lone surrogates are repaired and marked, in their line only', async () => {
  const body = Buffer.concat([
    Buffer.from('{"a":"fine \\ud83d\\ude00 \\\\ud800"}\n{"a":"'),
    Buffer.from([0xff, 0xc3]),
    Buffer.from('"}\n{"a":"\\ud800","\\udc00":1}\n'),
  ])
  const { events } = await throughQueue(body)
  expect(events.map(({ attributes, flags }) => [{ ...attributes }, flags & FLAGS.utf8_repaired])).toEqual([
    [{ a: 'fine 😀 \\ud800' }, 0],
    [{ a: '\ufffd\ufffd' }, FLAGS.utf8_repaired],
    [{ a: '\ufffd', '\ufffd': 1 }, FLAGS.utf8_repaired],
  ])
})

test('a line of text is the message; a JSON object among them is decoded', async () => {
  const { events } = await throughQueue('first\r\n  indented\n{"a":1}\n{not json}\n[1,2]', {}, 'logs', {
    joins: false,
  })
  expect(
    events.map(({ message, attributes, flags, source }) => [message, { ...attributes }, flags & 8, source]),
  ).toEqual([
    ['first', {}, 0, 'text'],
    ['  indented', {}, 0, 'text'],
    ['', { a: 1 }, 0, 'text'],
    ['{not json}', {}, 0, 'text'],
    ['[1,2]', {}, 0, 'text'],
  ])
})

test('elements of an array: objects, strings as messages, everything else as it was written', async () => {
  const { accepted, events } = await throughQueue('[{"a":1}, "a\\nline", 7, {"a":tru}, null, [1]]')
  expect(accepted.refused).toMatchObject([{ index: 3, code: 'invalid_json' }])
  expect(events.map(({ id, message, flags }) => [id, message, flags & FLAGS.parse_failed])).toEqual([
    ['batch-000000', '', 0],
    ['batch-000001', 'a\nline', 0],
    ['batch-000002', '7', FLAGS.parse_failed],
    ['batch-000004', 'null', FLAGS.parse_failed],
    ['batch-000005', '[1]', FLAGS.parse_failed],
  ])
})

test('a record that is too long is refused in every framing, to the byte', async () => {
  const exact = 'x'.repeat(MAX_RECORD_BYTES)
  expect((await throughQueue(exact)).events[0]?.message.length).toBe(MAX_RECORD_BYTES)
  const array = `["${'x'.repeat(MAX_RECORD_BYTES)}","short"]`
  for (const [body, door] of [
    [`${exact}x\nshort`, 'logs'],
    [`{"a":1}\n{"a":"${exact}"}`, 'logs'],
    [array, 'logs'],
    [`{"index":{}}\n{"a":"${exact}"}\n{"index":{}}\n{"a":1}`, 'bulk'],
  ] as const) {
    const { accepted, events } = await throughQueue(body, {}, door)
    expect(accepted.refused.map(({ code }) => code)).toEqual(['too_long'])
    expect(events).toHaveLength(1)
  }
})

test('a body that is no longer what was counted becomes one dead letter that stands for all its events', async () => {
  const { accepted } = await throughQueue('one\ntwo\nthree')
  const receipt = {
    batchId: 'b',
    clientBatch: false,
    receivedAt: RECEIVED,
    encoding: 'identity',
    defaults: {},
  } as const
  const header = recordHeader(accepted, { ...receipt, bytes: 7 })
  for (const [body, encoding] of [
    ['one\ntwo', 'identity'],
    ['one\ntwo\nthree\nfour', 'identity'],
    ['one\ntwo', 'gzip'],
  ] as const) {
    const { batch, deadLetters } = await decodeRecord({ ...header, encoding }, Buffer.from(body), RECEIVED)
    expect([batch.length, deadLetters]).toMatchObject([
      0,
      [{ id: 'b-000000', door: 'text', step: 'decode', records: 3, sample: expect.stringContaining('one') }],
    ])
  }
})

/** What an event's JSON must come out as: the definition of flattening, written the slow way. */
function flattened(value: unknown): {
  attributes: Map<string, AttributeValue>
  rest: Record<string, unknown>
} {
  const attributes = new Map<string, AttributeValue>()
  const rest: Record<string, unknown> = {}
  const isScalar = (leaf: unknown) => ['string', 'number', 'boolean'].includes(typeof leaf)
  const walk = (inner: unknown, path: string[]) => {
    const key = path.join('.')
    if (inner === null) return
    if (Array.isArray(inner)) {
      const scalars = inner.filter((element) => element !== null)
      const kept = scalars.every(isScalar) ? scalars : inner
      if (kept === scalars && !attributes.has(key)) attributes.set(key, scalars)
      else Object.defineProperty(rest, key, { value: kept, enumerable: true, configurable: true })
    } else if (typeof inner === 'object') {
      for (const [name, below] of Object.entries(inner as object)) walk(below, [...path, name])
    } else if (attributes.has(key))
      Object.defineProperty(rest, key, { value: inner, enumerable: true, configurable: true })
    else attributes.set(key, inner as AttributeValue)
  }
  walk(value, [])
  return { attributes, rest }
}

const key = fc.oneof(fc.constantFrom('a', 'b', 'a.b', '', '__proto__', 'status'), fc.string({ maxLength: 4 }))
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer(),
      fc.maxSafeInteger(),
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(key, tie('any'), { maxKeys: 4 }),
  ),
})).any

test('whatever JSON comes, the events say exactly that', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(key, value, { maxKeys: 5 }), { minLength: 1, maxLength: 8 }),
      async (objects) => {
        const texts = objects.map((object) => JSON.stringify(object))
        for (const body of [`${texts.join('\n')}\n`, `[${texts.join(',')}]`]) {
          const { accepted, events } = await throughQueue(body)
          expect([accepted.records, accepted.refused, events.length]).toEqual([
            objects.length,
            [],
            objects.length,
          ])
          texts.forEach((text, index) => {
            const expected = flattened(JSON.parse(text))
            const event = events[index]
            expect(new Map(attributesOf(event))).toEqual(
              new Map([...expected.attributes].map(([name, leaf]) => [name, wellFormed(leaf)])),
            )
            expect(restOf(event) ?? {}).toEqual(JSON.parse(exactJson(expected.rest)))
          })
        }
      },
    ),
    { numRuns: 200 },
  )
})

/** -0 and 0 are the same number in a column of integers. */
function wellFormed(leaf: AttributeValue): AttributeValue {
  if (Array.isArray(leaf)) return JSON.parse(JSON.stringify(leaf))
  return leaf === 0 ? 0 : leaf
}

test('counting at accept equals decoding, whatever the bytes', async () => {
  const piece = fc.constantFrom(
    '{"a":1}',
    '{"create":{}}',
    '\n',
    '\r\n',
    '{',
    '}',
    '[',
    ']',
    ',',
    '"',
    '\\',
    'text',
    ' ',
    '{"delete":{}}',
    '\u00e9',
  )
  const body = fc.oneof(
    fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''))),
    fc.uint8Array({ maxLength: 200 }).map(Buffer.from),
  )
  await fc.assert(
    fc.asyncProperty(body, fc.constantFrom('logs' as const, 'bulk' as const), async (bytes, door) => {
      const through = await throughQueue(bytes, {}, door, { joins: false }).catch((error: unknown) => error)
      if (through instanceof Error) {
        expect(through.name).toBe('RefusedBody')
        return
      }
      const { accepted, decoded } = through as Awaited<ReturnType<typeof throughQueue>>
      expect(decoded.deadLetters).toEqual([])
      expect(decoded.batch.length).toBe(accepted.records - accepted.refused.length)
      const refused = new Set(accepted.refused.map(({ index }) => index))
      const kept = Array.from({ length: accepted.records }, (_, index) => index).filter(
        (index) => !refused.has(index),
      )
      expect([...rowsOf(decoded.batch)].map(({ id }) => id)).toEqual(
        kept.map((index) => eventId('batch', index)),
      )
    }),
    { numRuns: 1000 },
  )
})

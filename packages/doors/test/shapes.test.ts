import {
  type Column,
  type ColumnSet,
  type EventBatch,
  perValue,
  RecordHeader,
  rowsOf,
} from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Decoded, decodeRecord } from '../src/index.ts'
import { RECEIVED, throughQueue } from './through-the-queue.ts'

/** A body of lines, read by shape and the plain way. */
async function bothWays(
  body: string | Uint8Array,
  door: 'logs' | 'bulk' = 'logs',
): Promise<{ shaped: Decoded; plain: Decoded }> {
  const bytes = Buffer.from(body)
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .filter((line) => /[^ \t\r]/.test(line)).length
  const header = RecordHeader.parse({
    version: 1,
    door: door === 'bulk' ? 'elasticsearch' : 'json',
    framing: door === 'bulk' ? 'bulk' : 'ndjson',
    encoding: 'identity',
    received_at: String(RECEIVED),
    batch_id: 'batch',
    client_batch: false,
    defaults: {},
    records: door === 'bulk' ? lines / 2 : lines,
    refused: [],
    bytes: bytes.length,
  })
  const plain = await decodeRecord(header, bytes, RECEIVED, { shapes: false })
  const shaped = await decodeRecord(header, bytes, RECEIVED)
  return { shaped, plain }
}

/** The columns with their texts read out, so that codes are compared too. */
function readOut(batch: EventBatch): unknown {
  const texts = (column: Column) =>
    column.type === 'string' || column.type === 'array'
      ? { ...column, values: perValue(column.values, (text) => text) }
      : column
  const sets = (columns: ColumnSet) =>
    [...columns].map(([key, typed]) => [key, Object.values(typed).map(texts)])
  return {
    ...batch,
    id: texts(batch.id),
    text: [...batch.text].map(([field, column]) => [field, texts(column)]),
    attributes: sets(batch.attributes),
    resource: sets(batch.resource),
  }
}

/** Not only the same rows: the same columns in the same order with the same dictionaries. */
function expectSame(shaped: EventBatch, plain: EventBatch): void {
  expect([...rowsOf(shaped)]).toEqual([...rowsOf(plain)])
  expect([...shaped.attributes.keys()]).toEqual([...plain.attributes.keys()])
  expect(readOut(shaped)).toEqual(readOut(plain))
  for (const { string } of shaped.attributes.values())
    if (string !== undefined)
      expect(new Set(perValue(string.values, (text) => text)).size).toBe(string.values.length)
}

async function expectSameBothWays(body: string | Uint8Array, door?: 'logs' | 'bulk'): Promise<Decoded> {
  const { shaped, plain } = await bothWays(body, door)
  expect([shaped.deadLetters, plain.deadLetters, plain.json.shaped]).toEqual([[], [], 0])
  expectSame(shaped.batch, plain.batch)
  return shaped
}

const raw = (...texts: string[]) => fc.constantFrom(...texts)
const number = fc.oneof(
  raw(
    '0',
    '-0',
    '-0.0',
    '1.0',
    '100',
    '1e3',
    '1E+2',
    '-1.5e-3',
    '1e400',
    '-1e400',
    '0.1',
    '123456789.123456',
  ),
  raw(
    '999999999999999',
    '9007199254740993',
    '-9007199254740993',
    '18446744073709551615',
    '0.1234567890123456',
  ),
  raw(
    '123456789012345678901234567890',
    '4.35',
    '0.000001',
    '1234567.12345678',
    '2.5000000000000000000000001',
  ),
  raw('01', '1.', '.5', '-', '+1', '1e', '0x1', 'NaN', '- 1', '1.e3', '--1', '1_0'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
  fc.integer().map(String),
  fc.tuple(fc.integer(), fc.nat({ max: 10 ** 9 })).map(([whole, part]) => `${whole}.${part}`),
)
/** As a sender writes it that keeps to ASCII. */
function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
const string = fc.oneof(
  fc.string({ unit: 'binary' }).map(escaped),
  fc.string().map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)),
  raw(
    '""',
    '"a"',
    '"a"',
    '"\\u0061"',
    '"a\\/b"',
    '"a/b"',
    '"\\n\\t\\"\\\\"',
    '"é"',
    '"\\u00e9"',
    '"\\u20ac"',
    '"€"',
  ),
  raw(
    '"\\ud83d\\ude00"',
    '"😀"',
    '"\\ud800"',
    '"\\udc00x"',
    '"\\\\ud800"',
    '"\\u0000"',
    '"\\uD83D\\u0041"',
    '"\u2028"',
  ),
  raw(
    '"',
    '"\\"',
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"a\tb"',
    '"a\u0001b"',
    "'a'",
    '"a""b"',
    '"\\u"',
    '"}"',
    '","a":"',
  ),
)
const scalar = fc.oneof(
  { weight: 3, arbitrary: string },
  { weight: 3, arbitrary: number },
  raw('true', 'false', 'null', 'nul', 'True', 'truex', 'nulll', 'undefined', ''),
)
/** Scalars that are all JSON. */
const sound = scalar.filter((value) => {
  try {
    return JSON.parse(value) !== undefined
  } catch {
    return false
  }
})
const list = fc.oneof(
  raw(
    '[]',
    '[ ]',
    '[null]',
    '[1,]',
    '[[1]]',
    '[{"a":1},2]',
    '["]","["]',
    '["\\n"]',
    '[1,"a",true,null,9007199254740993]',
  ),
  fc.array(scalar, { maxLength: 3 }).map((values) => `[${values.join(',')}]`),
)
const space = fc.oneof({ weight: 8, arbitrary: fc.constant('') }, raw(' ', '\t', '  ', '\r'))
const key = fc.oneof(
  {
    weight: 6,
    arbitrary: raw('a', 'b', 'c', 'a.b', 'b.c', 'message', '', '__proto__', 'constructor', '1', '0', '01'),
  },
  raw('\\u0061', 'a\\"', 'é', '\\ud800', '_index', '_id', '4294967295', 'toString', 'x'.repeat(600)),
  fc.string({ maxLength: 3 }).map((value) => JSON.stringify(value).slice(1, -1)),
)
/** Objects as text, so that keys may be doubled and anything may be wrong. */
const { object } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, { weight: 5, arbitrary: scalar }, list, tie('object')),
  object: fc
    .array(fc.tuple(space, key, space, space, tie('value'), space), { maxLength: 4 })
    .map((members) => {
      const inner = members.map(
        ([before, name, colon, behind, value, after]) =>
          `${before}"${name}"${colon}:${behind}${value}${after}`,
      )
      return `{${inner.join(',')}}`
    }),
}))
const text = object as fc.Arbitrary<string>

/** A line with its values exchanged: `?` in a template stands for a value. */
const template = raw(
  '{"a":?,"b":?}',
  '{"a":?,"b":{"c":?,"d":?}}',
  '{"b":{"c":?},"a":?}',
  '{"a.b":?,"a":{"b":?}}',
  '{"a":{"b":?},"a.b":?}',
  '{"a":?,"a":?}',
  '{"a": ?, "b": ?}',
  '{"a":?}',
  '{"a":{},"b":?,"e":{"f":{}}}',
  ' {"a":?} ',
  '{"1":?,"a":?}',
  '{"a":?,"0":?}',
  '{"a":{"":?},"":?}',
  '{"__proto__":?,"a":{"__proto__":{"b":?}}}',
  '{"_index":?,"_id":?}',
  '{"a":{"b":?}}x',
  '{"a":?,}',
  '{"a":?',
)
const value = fc.oneof({ weight: 8, arbitrary: sound }, { weight: 1, arbitrary: scalar }, list, text)

function fill(line: string, values: readonly string[]): string {
  let at = 0
  return line.replace(/\?/g, () => values[at++ % values.length] ?? '')
}

/** Cut off, or with something in its midst that is mostly no UTF-8. */
const damaged = fc
  .tuple(fc.nat(400), fc.uint8Array({ maxLength: 2 }))
  .map(([at, bytes]) => (line: Buffer) => {
    const cut = at % (line.length + 1)
    const inserted = bytes.filter((byte) => byte !== 10)
    if (inserted.length === 0) return line.subarray(0, cut)
    return Buffer.concat([line.subarray(0, cut), inserted, line.subarray(cut)])
  })
const whole = fc.constant((line: Buffer) => line)
const change = fc.oneof({ weight: 9, arbitrary: whole }, damaged)

/** A few shapes in turn, so that most lines follow one, and among them anything. */
const body = fc
  .tuple(
    fc.array(template, { minLength: 3, maxLength: 3 }),
    fc.array(
      fc.tuple(
        fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, text, raw('', ' ', '[1]', 'x', '"a"')),
        fc.array(value, { minLength: 4, maxLength: 4 }),
        change,
      ),
      { minLength: 1, maxLength: 24, size: 'max' },
    ),
  )
  .map(([templates, lines]) =>
    Buffer.concat(
      lines.flatMap(([of, values, changed]) => {
        const line = typeof of === 'number' ? fill(templates[of] ?? '', values) : of
        return [changed(Buffer.from(line.replaceAll('\n', ' '))), Buffer.from('\n')]
      }),
    ),
  )

test('whatever lines come, by shape and the plain way they make the same batch', async () => {
  let shaped = 0
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      shaped += (await expectSameBothWays(bytes)).json.shaped
    }),
    { numRuns: 1500 },
  )
  expect(shaped).toBeGreaterThan(1500)
}, 120_000)

test('whatever documents come in _bulk, by shape and the plain way they make the same batch', async () => {
  const action = raw('{"create":{"_index":"i","_id":"1"}}', '{"index":{}}', '{"update":{"_id":"2"}}')
  const document = fc.oneof(
    fc
      .tuple(template, fc.array(sound, { minLength: 4, maxLength: 4 }))
      .map(([line, values]) => fill(line, values).trim())
      .filter((line) => line.endsWith('}')),
    raw('{"doc":{"a":1,"b":"x"}}', '{"_id":7,"_index":null}'),
  )
  let shaped = 0
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(action, document), { minLength: 1, maxLength: 20 }), async (pairs) => {
      const lines = pairs.flatMap(([first, second]) => [first, second.replaceAll('\n', ' ')])
      const decoded = await expectSameBothWays(`${lines.join('\n')}\n`, 'bulk')
      shaped += decoded.json.shaped
    }),
    { numRuns: 500 },
  )
  expect(shaped).toBeGreaterThan(500)
}, 60_000)

test('lines of many shapes in turn, with numbers, escapes and nesting, are read by shape from their second on', async () => {
  const shapes = Array.from({ length: 10 }, (_, shape) => (n: number) => ({
    time: `2025-06-15T15:06:${10 + n}Z`,
    level: 'info',
    [`kind${shape}`]: { id: n, took: n / 8, ok: n % 2 === 0, none: null },
    message: `line "${n}"\n\tof shape ${shape} – ü`,
    ...(shape % 2 === 0 && { tags: ['a', n] }),
  }))
  const lines = Array.from({ length: 200 }, (_, n) => JSON.stringify(shapes[n % 10]?.(Math.floor(n / 10))))
  const { json, batch } = await expectSameBothWays(lines.join('\n'))
  expect(json).toEqual({ shaped: 190, plain: 10, plainValues: 95 })
  expect([...rowsOf(batch)][123]?.attributes).toMatchObject({
    message: 'line "12"\n\tof shape 3 – ü',
    'kind3.took': 1.5,
  })
})

test('more keys and columns than a batch may have end in rest as they do the plain way', async () => {
  const shapes = Array.from({ length: 150 }, (_, shape) => (n: number) => {
    const keys = Array.from({ length: 18 }, (_, k) => [`key${shape}-${k}`, k % 2 === 0 ? n : `text ${n}`])
    const deep = { a: { [`b${shape}`]: n % 2 === 0 ? null : n } }
    return JSON.stringify({ [`group${shape % 12}`]: n, x: true, ...Object.fromEntries(keys), deep })
  })
  const lines = Array.from({ length: 450 }, (_, n) => shapes[n % 150]?.(n))
  const { json, batch } = await expectSameBothWays(lines.join('\n'))
  expect(batch.text.has('rest')).toBe(true)
  expect(json.shaped).toBeGreaterThan(0)
})

test('a sender with ever new shapes gets the plain way, and the same batch', async () => {
  const lines = Array.from({ length: 1500 }, (_, n) => `{"k${n}x":${n},"s":"${n}"}`)
  const { json } = await expectSameBothWays(lines.join('\n'))
  expect(json.shaped).toBe(0)
})

test('lines that differ in nothing but length, depth or white space do not pass for each other', async () => {
  await expectSameBothWays(
    [
      '{"a":1}',
      '{"a": 1}',
      '{"a":{"b":1}}',
      '{"a":1} ',
      '{"a":1}}',
      '{"a":1',
      '{"a":',
      '{"a":1}',
      '{"a":{"b":"}"}}',
      '{"a":"1"}',
      '{"a":"1}',
      '{"a":[1]}',
      '{"a":[1}',
      '{"a":true}',
      '{"a":tru}',
      '{"a":-}',
    ].join('\n'),
  )
})

test('keys that JavaScript puts first because they look like indexes have the order of the plain way', async () => {
  await expectSameBothWays('{"b":null,"1":null}\n{"b":1,"1":2}\n{"b":3,"1":4}')
  const { batch } = await expectSameBothWays('{"1.5":null,"1":{"5":null}}\n{"1.5":"x","1":{"5":"y"}}')
  expect([...rowsOf(batch)].map(({ attributes, rest }) => [attributes['1.5'], rest])).toEqual([
    [undefined, undefined],
    ['y', '{"1.5":"x"}'],
  ])
})

test('a shape that begins as another one does is told apart by what follows', async () => {
  const shapes = ['{"a":1}', '{"a": 1}', '{"a":{"b":1}}', '{"a":1,"b":2}', '{"a":1 }', '{"a":{"b":1},"c":2}']
  const { json } = await expectSameBothWays(Array.from({ length: 60 }, (_, n) => shapes[n % 6]).join('\n'))
  expect(json.shaped).toBe(54)
})

test('elements of an array are read by shape as lines are', async () => {
  const { decoded, events } = await throughQueue(
    '[{"a":1,"b":"x"},\n {"a":2,"b":"y"}, "text", {"a":3,"b":"\\u00fc"}]',
  )
  expect(decoded.json).toEqual({ shaped: 2, plain: 2, plainValues: 0 })
  expect(events.map(({ attributes, message }) => [attributes.a, attributes.b, message])).toEqual([
    [1, 'x', ''],
    [2, 'y', ''],
    [undefined, undefined, 'text'],
    [3, 'ü', ''],
  ])
})

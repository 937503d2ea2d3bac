import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cutBulk,
  cutJsonValues,
  cutLines,
  type Frames,
  MAX_RECORD_BYTES,
  sniff,
  surveyLines,
  TooManyRecords,
} from '../src/index.ts'

const bytes = (text: string) => Buffer.from(text)
const texts = (body: Buffer, frames: Frames | undefined) =>
  Array.from({ length: frames?.length ?? 0 }, (_, frame) =>
    body.toString('utf8', frames?.starts[frame], frames?.ends[frame]),
  )

/** Bodies made of the bytes framing looks at, and some it must not look at. */
const anyBody = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\r',
        ' ',
        '\t',
        '{',
        '}',
        '[',
        ']',
        ',',
        '"',
        '\\',
        ':',
        'é',
        '\u{feff}',
      ),
      fc.string({ maxLength: 8 }),
      fc.uint8Array({ maxLength: 4 }).map((raw) => Buffer.from(raw).toString('latin1')),
    ),
    { maxLength: 60 },
  )
  .map((parts) => bytes(parts.join('')))

test('every byte of a body is in a line or is white space around one', () => {
  fc.assert(
    fc.property(anyBody, (body) => {
      const frames = cutLines(body)
      let at = 0
      const outside: number[] = []
      for (let frame = 0; frame < frames.length; frame++) {
        const start = frames.starts[frame] ?? 0
        const end = frames.ends[frame] ?? 0
        expect(start).toBeGreaterThanOrEqual(at)
        expect(end).toBeGreaterThan(start)
        expect(body.subarray(start, end).includes(0x0a)).toBe(false)
        outside.push(...body.subarray(at, start))
        at = end
      }
      outside.push(...body.subarray(at))
      const left = Buffer.from(outside)
        .toString('latin1')
        .replace(/^\xef\xbb\xbf/, '')
      expect(left.trim()).toBe('')
    }),
    { numRuns: 500 },
  )
})

test('lines are cut alike whether they end with LF or CRLF, with blank lines between or none, BOM or none', () => {
  const line = fc
    .string({ minLength: 1 })
    .filter((text) => /^[^\r\n\ufeff]*[^\s][^\r\n]*$/.test(text) && !text.endsWith('\r'))
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 20 }),
      fc.infiniteStream(fc.constantFrom('\n', '\r\n', '\n\n', '\n \t\r\n')),
      (lines, ends) => {
        const separators = [...ends.take(lines.length)]
        const body = bytes(`\ufeff${lines.map((text, n) => text + separators[n]).join('')}`)
        expect(texts(body, cutLines(body))).toEqual(lines)
        const bare = bytes(lines.join('\n'))
        expect(texts(bare, cutLines(bare))).toEqual(lines)
      },
    ),
  )
})

test('a survey of the lines tells of them what cutting them would', () => {
  const long = 'x'.repeat(MAX_RECORD_BYTES)
  const line = fc.oneof(
    {
      weight: 20,
      arbitrary: fc.constantFrom('', ' ', '\t', '\r', '{"a":1}', ' b', 'c\r', '\u00e9', '\ufeff'),
    },
    { weight: 1, arbitrary: fc.constantFrom(long, `${long}y`, ` ${long}`, `${long}\r`) },
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const body = bytes(lines.join('\n'))
      const { length, starts, ends } = cutLines(body)
      const frames = Array.from({ length }, (_, n) => ({ start: starts[n] ?? -1, end: ends[n] ?? -1 }))
      expect(surveyLines(body)).toEqual({
        length,
        first: frames[0],
        second: frames[1],
        tooLong: frames.flatMap(({ start, end }, index) =>
          end - start > MAX_RECORD_BYTES ? [{ index, bytes: end - start }] : [],
        ),
      })
    }),
  )
  expect(surveyLines(bytes('a\n'.repeat(11)), 11).length).toBe(11)
  expect(() => surveyLines(bytes('a\n'.repeat(11)), 10)).toThrow(TooManyRecords)
})

test('a body may have only so many records', () => {
  const body = bytes('a\n'.repeat(11))
  expect(cutLines(body, 11).length).toBe(11)
  expect(() => cutLines(body, 10)).toThrow(TooManyRecords)
  expect(() => cutJsonValues(bytes('[1,2,3]'), 2)).toThrow(TooManyRecords)
})

test('an array is cut into its elements, however it is laid out', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, 4), (values, indent) => {
      const body = bytes(` ${JSON.stringify(values, null, indent)}\n`)
      expect(texts(body, cutJsonValues(body)).map((text) => JSON.parse(text))).toEqual(
        JSON.parse(body.toString()),
      )
    }),
  )
})

test('objects one after another are cut apart, on one line or on many', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1 }),
      fc.constantFrom('', '\n', ' \r\n'),
      fc.constantFrom(0, 2),
      (objects, between, indent) => {
        const body = bytes(objects.map((object) => JSON.stringify(object, null, indent)).join(between))
        const cut = texts(body, cutJsonValues(body))
        expect(cut).toEqual(objects.map((object) => JSON.stringify(object, null, indent)))
      },
    ),
  )
})

test('an array cut off anywhere is no array', () => {
  const body = bytes('[{"a":"]"},[1,{"b":"\\"]"}],"}]"]')
  expect(cutJsonValues(body)?.length).toBe(3)
  for (let end = 0; end < body.length; end++) expect(cutJsonValues(body.subarray(0, end))).toBeUndefined()
})

test('a broken element of an array harms no neighbour', () => {
  const body = bytes('[{"a":1},{"a":tru},nonsense,,{"a":2},]')
  expect(texts(body, cutJsonValues(body))).toEqual(['{"a":1}', '{"a":tru}', 'nonsense', '{"a":2}'])
})

test('framing never throws and never cuts outside the body, whatever the bytes', () => {
  const inside = (body: Buffer, start: number, end: number) =>
    start >= 0 && start <= end && end <= body.length
  fc.assert(
    fc.property(fc.oneof(anyBody, fc.uint8Array({ maxLength: 300 }).map(Buffer.from)), (body) => {
      const sniffed = sniff(body)
      if (sniffed.framing === 'json_array') {
        const { frames } = sniffed
        for (let frame = 0; frame < frames.length; frame++)
          expect(inside(body, frames.starts[frame] ?? -1, frames.ends[frame] ?? -1)).toBe(true)
      }
      for (const { start, end } of cutBulk(body)) expect(inside(body, start, end)).toBe(true)
    }),
    { numRuns: 1000 },
  )
})

test.each([
  ['{"a":1}', 'ndjson', 1],
  ['{"a":1}\n{"a":2}\n', 'ndjson', 2],
  ['\ufeff {"a":1}\n', 'ndjson', 1],
  ['{}', 'ndjson', 1],
  ['{"a":1}\nnot json\n', 'ndjson', 2],
  ['{"a": tru}\n{"a":2}', 'ndjson', 2],
  ['{"cut', 'ndjson', 1],
  ['{\n"a":1\n}', 'json_array', 1],
  ['{\n"a":1\n}\n{\n"a":2\n}\n', 'json_array', 2],
  ['{"a":1}{"a":2}', 'json_array', 2],
  ['{\n"a":1\n', 'none', 0],
  ['{\n"a":tru\n}', 'none', 0],
  ['{worker-1} started\nnext', 'text', 2],
  ['[]', 'json_array', 0],
  ['[{"a":1}]', 'json_array', 1],
  ['[\n "a",\n "b"\n]', 'json_array', 2],
  ['[{"a":1}', 'none', 0],
  ['[{"a":1}] and more', 'none', 0],
  ['[2025-01-01] started', 'text', 1],
  ['[info]', 'text', 1],
  ['[1]\n[2]', 'text', 2],
  ['hello\n{"a":1}', 'text', 2],
  ['"hello"', 'text', 1],
  ['', 'text', 0],
  [' \n', 'text', 0],
])('%j is %s with %i records', (body, framing, records) => {
  const sniffed = sniff(bytes(body))
  const found =
    sniffed.framing === 'none' ? [] : sniffed.framing === 'json_array' ? sniffed.frames : sniffed.lines
  expect([sniffed.framing, found.length]).toEqual([framing, records])
})

test('UTF-16 is not taken for text', () => {
  for (const mark of [
    [0xff, 0xfe],
    [0xfe, 0xff],
  ])
    expect(sniff(Buffer.from([...mark, 0x61, 0x00]))).toMatchObject({
      framing: 'none',
      reason: expect.stringContaining('UTF-16'),
    })
})

const source = (body: Buffer, frame: { start: number; end: number }) =>
  body.toString('utf8', frame.start, frame.end)

test('a bulk body is cut into actions and sources', () => {
  const body = bytes(
    '\r\n{"index":{"_index":"a","_type":"_doc","_id":7,"routing":"r"}}\r\n{"n":1}\r\n\r\n{ "create" : { } }\n{"n":2}\n{"delete":{"_id":"x"}}\n{"update":{"_id":"y"},"attempts":0}\n{"doc":{}}\n\n',
  )
  expect(cutBulk(body).map((frame) => [frame.action, source(body, frame), frame.problem])).toEqual([
    [{ operation: 'index', index: 'a', id: '7' }, '{"n":1}', undefined],
    [{ operation: 'create', index: undefined, id: undefined }, '{"n":2}', undefined],
    [{ operation: 'delete', index: undefined, id: 'x' }, '', 'delete_unsupported'],
    [{ operation: 'update', index: undefined, id: 'y' }, '{"doc":{}}', undefined],
  ])
})

test.each([
  [
    'an unknown action takes its source with it',
    '{"drop":{}}\n{"n":1}\n{"index":{}}\n{"n":2}',
    ['unknown_action', undefined],
  ],
  [
    'an unknown action before an action stands alone',
    '{"drop":{}}\n{"index":{}}\n{"n":2}',
    ['unknown_action', undefined],
  ],
  [
    'an unknown action at the end stands alone',
    '{"index":{}}\n{"n":1}\nnonsense',
    [undefined, 'unknown_action'],
  ],
  ['an action at the end has no source', '{"index":{}}\n{"n":1}\n{"create":{}}\n', [undefined, 'no_source']],
  [
    'a source that is no object',
    '{"index":{}}\n[1]\n{"index":{}}\n{"cut',
    ['not_an_object', 'not_an_object'],
  ],
  [
    'a source that looks like an action is a source',
    '{"index":{}}\n{"index":{}}\n{"index":{}}\n{}',
    [undefined, undefined],
  ],
  ['meta that is no object is no action', '{"index":5}\n{"n":1}', ['unknown_action']],
  ['an inherited key is no action', '{"__proto__":{"index":{}}}\n{"n":1}', ['unknown_action']],
])('bulk: %s', (_what, body, problems) => {
  expect(cutBulk(bytes(body)).map(({ problem }) => problem)).toEqual(problems)
})

import { rowsOf } from '@heartwood/event'
import { expect, test } from 'vitest'
import { arrived, json, only, process, text } from './events.ts'

test('a line that is a JSON object is parsed, and kept as raw', () => {
  const line =
    '{"level":"error","msg":"card refused","ms":12,"user":{"id":"u1"},"big":9007199254740993,"list":[{"a":1}]}'
  const event = text(line)
  expect(event).toMatchObject({ level: 'error', message: 'card refused', raw: line })
  expect(event.attributes).toEqual({ ms: 12, 'user.id': 'u1', big: 9007199254740993n })
  expect(event.rest).toBe('{"list":[{"a":1}]}')
})

test('JSON nested without end stays the line it is, and nothing about it throws', () => {
  const objects = `{"msg":"deep","d":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`
  const arrays = `{"msg":"deep","d":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
  for (const line of [objects, arrays]) expect(text(line)).toMatchObject({ message: line, attributes: {} })
})

test("the JSON inside a container's log is parsed; what the envelope says itself wins", () => {
  const inner = '{"level":"warn","msg":"slow","stream":"inner"}'
  const event = json({ log: inner, stream: 'stderr', time: '2024-06-15T10:11:12Z' })
  expect(event).toMatchObject({
    level: 'warn',
    message: 'slow',
    raw: inner,
    attributes: { stream: 'stderr' },
  })
})

test('a key in the rest of the envelope and of the line is written once, and the envelope keeps its exact numbers', () => {
  const rest = '{"list":[{"a":9007199254740993}]}'
  const event = only(process(arrived([{ attributes: { log: '{"list":[{"a":2}],"more":[{"b":1}]}' }, rest }])))
  expect(event.rest).toBe('{"list":[{"a":9007199254740993}],"more":[{"b":1}]}')
  const empty = only(process(arrived([{ attributes: { log: '{"list":[{"a":2}]}' }, rest: '{}' }])))
  expect(empty.rest).toBe('{"list":[{"a":2}]}')
})

test('pino in a line of text keeps its level, time and name of the host', () => {
  const event = text('{"level":50,"time":1718446272123,"pid":1,"hostname":"h1","msg":"no"}')
  expect(event).toMatchObject({
    level: 'error',
    hostname: 'h1',
    message: 'no',
    timestamp: 1718446272123000000n,
  })
})

test('logfmt gives attributes, message, level, time, service and ids; the line is kept as raw', () => {
  const line =
    'ts=2024-06-15T10:11:12Z level=warn service=api msg="slow \\"query\\"" ms=12.5 n=3 ok=true code=007 trace_id=4bf92f3577b34da6a3ce929d0e0e4736'
  const event = text(line)
  expect(event).toMatchObject({
    level: 'warn',
    service: 'api',
    message: 'slow "query"',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
    raw: line,
    timestamp: 1718446272000000000n,
  })
  expect(event.attributes).toEqual({ ms: 12.5, n: 3, ok: true, code: '007' })
})

test('text with pairs behind it is the message, without its head, and gets the attributes', () => {
  const line = '2024-06-15 10:11:12 [info] order paid order=17 total=9.5 currency=EUR'
  const event = text(line)
  expect(event).toMatchObject({
    message: 'order paid order=17 total=9.5 currency=EUR',
    raw: line,
    level: 'info',
    timestamp: 1718446272000000000n,
  })
  expect(event.attributes).toEqual({ order: 17, total: 9.5, currency: 'EUR' })
})

test.each([
  'GET /a?b=c&d=e HTTP/1.1',
  'a=b',
  'if a == b then c = d',
  'x=1 and then y=2 happened',
  '{"not": json}',
  '[1,2,3]',
  '{}x',
  'base64 QUJD== and QUI=',
])('%s is no format for sure and stays as it is', (line) => {
  const event = text(line)
  expect(event.message).toBe(line)
  expect(event.raw).toBeUndefined()
  expect(event.attributes).toEqual({})
})

test.each([
  [
    'handled traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ok',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '00f067aa0ba902b7',
    undefined,
  ],
  [
    'call failed (trace_id=4BF92F3577B34DA6A3CE929D0E0E4736, spanId: 00f067aa0ba902b7)',
    '4bf92f3577b34da6a3ce929d0e0e4736',
    '00f067aa0ba902b7',
    undefined,
  ],
  ['call failed request_id=req-77', undefined, undefined, 'req-77'],
  ['call failed, Request ID: 8f14e45f.', undefined, undefined, '8f14e45f'],
  ['request id: missing', undefined, undefined, undefined],
  ['dd.trace_id=255 dd.span_id=1', '000000000000000000000000000000ff', undefined, undefined],
  ['paid id=12', undefined, undefined, undefined],
])('%s: ids are found in the text', (line, trace, span, request) => {
  const event = text(line)
  expect(event.trace_id).toBe(trace)
  expect(event.request_id).toBe(request)
  if (span !== undefined) expect(event.span_id).toBe(span)
})

test('trace ids found in lines of one batch are those of their rows, and an event keeps its own', () => {
  const id = (digit: string) => digit.repeat(32)
  const events = process(
    arrived([
      { message: `one trace_id=${id('a')} done` },
      { message: 'none' },
      { message: `two traceId: "${id('b')}"` },
      { message: `three trace_id=${id('c')}`, attributes: { trace_id: id('d') } },
      { message: `four TRACE_ID=${id('E')}` },
      { message: `one trace_id=${id('a')} done` },
    ]),
  )
  expect([...rowsOf(events)].map(({ trace_id }) => trace_id)).toEqual([
    id('a'),
    undefined,
    id('b'),
    id('d'),
    id('e'),
    id('a'),
  ])
})

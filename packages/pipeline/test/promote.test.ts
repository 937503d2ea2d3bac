import { rowsOf } from '@heartwood/event'
import { expect, test } from 'vitest'
import { arrived, json, process } from './events.ts'

test.each(['message', 'msg', 'log', 'body', 'text', '@message', 'Message', 'MESSAGE', 'short_message'])(
  'a line under %s is the message, and no attribute',
  (key) => {
    const event = json({ [key]: 'order paid', user: 'u1' })
    expect(event.message).toBe('order paid')
    expect(event.attributes).toEqual({ user: 'u1' })
  },
)

test.each([
  ['service.name', 'service'],
  ['app', 'service'],
  ['application', 'service'],
  ['host.name', 'hostname'],
  ['host', 'hostname'],
  ['k8s.namespace.name', 'namespace'],
  ['kubernetes.namespace_name', 'namespace'],
  ['kubernetes.pod_name', 'pod'],
  ['env', 'environment'],
  ['deployment.environment.name', 'environment'],
  ['requestId', 'request_id'],
  ['x-request-id', 'request_id'],
  ['req.id', 'request_id'],
  ['correlation_id', 'request_id'],
] as const)('%s moves to %s', (key, field) => {
  const event = json({ [key]: 'value-1' })
  expect(event[field]).toBe('value-1')
  expect(event.attributes).toEqual({})
})

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

test.each(['trace.id', 'trace_id', 'traceId', 'TraceID', 'otelTraceID', 'context.trace_id'])(
  'a trace id under %s is found in lower case',
  (key) => {
    const event = json({ [key]: TRACE.toUpperCase() })
    expect(event.trace_id).toBe(TRACE)
    expect(event.attributes).toEqual({})
  },
)

test('a traceparent under any key gives trace and span, and stays', () => {
  const parent = `00-${TRACE}-${SPAN}-01`
  for (const key of ['traceparent', 'req.headers.traceparent', 'anything']) {
    const event = json({ [key]: parent })
    expect(event.trace_id).toBe(TRACE)
    expect(event.span_id).toBe(SPAN)
    expect(event.attributes).toEqual({ [key]: parent })
  }
})

test("an event's own trace_id wins over a traceparent of another trace, whose span it does not get", () => {
  const event = json({ trace_id: 'a'.repeat(32), traceparent: `00-${TRACE}-${SPAN}-01` })
  expect(event.trace_id).toBe('a'.repeat(32))
  expect(event.span_id).toBeUndefined()
})

test('Datadog ids in decimal become hex', () => {
  const event = json({ 'dd.trace_id': '1234567890123456789', 'dd.span_id': 255 })
  expect(event.trace_id).toBe('0000000000000000112210f47de98115')
  expect(event.span_id).toBe('00000000000000ff')
})

test('an all-zero trace id means none and stays an attribute', () => {
  const event = json({ trace_id: '0'.repeat(32) })
  expect(event.trace_id).toBeUndefined()
  expect(event.attributes).toEqual({ trace_id: '0'.repeat(32) })
})

test('of several names the best known one is used, the others stay', () => {
  const event = json({ app: 'b', 'service.name': 'a' })
  expect(event.service).toBe('a')
  expect(event.attributes).toEqual({ app: 'b' })
})

test('what cannot be used stays an attribute', () => {
  const event = json({ service: ['a', 'b'], hostname: true, request_id: 'has spaces in it' })
  expect(event.service).toBeUndefined()
  expect(event.hostname).toBeUndefined()
  expect(event.attributes).toEqual({ service: ['a', 'b'], hostname: true, request_id: 'has spaces in it' })
})

test('a numeric request id is kept exactly as text', () => {
  expect(json({ request_id: 9007199254740993n }).request_id).toBe('9007199254740993')
})

test("an event's own service wins over the default, events without one get it", () => {
  const context = {
    header: { door: 'json', defaults: { service: 'standard', environment: 'prod' } },
  } as const
  const own = { service: 'standard' }
  const batch = arrived([
    { attributes: { service: 'mine' }, ...own },
    { attributes: { x: 1 }, ...own },
  ])
  expect([...rowsOf(process(batch, context))].map((event) => [event.service, event.environment])).toEqual([
    ['mine', 'prod'],
    ['standard', 'prod'],
  ])
})

test('rows with different shapes each keep their own values', () => {
  const batch = arrived([
    { attributes: { msg: 'one', service: 'a' } },
    { attributes: { message: 'two', app: 'b', msg: 'kept' } },
    { message: 'three' },
  ])
  expect(
    [...rowsOf(process(batch))].map(({ message, service, attributes }) => ({
      message,
      service,
      ...attributes,
    })),
  ).toEqual([
    { message: 'one', service: 'a' },
    { message: 'two', service: 'b', msg: 'kept' },
    { message: 'three', service: undefined },
  ])
})

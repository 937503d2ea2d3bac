import { gzipSync } from 'node:zlib'
import { BinaryReader } from '@bufbuild/protobuf/wire'
import { decodeRecord } from '@heartwood/doors'
import { type LogEvent, rowsOf } from '@heartwood/event'
import { runPipeline, STANDARD_STEPS } from '@heartwood/pipeline'
import { ROOT_CONTEXT, SeverityNumber, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'
import { expect, test } from 'vitest'
import { NOW, type RunningIngest, runningIngest } from './running-ingest.ts'

const EXPORTERS = { protobuf: ProtobufExporter, json: JsonExporter }
const TRACE = {
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  traceFlags: TraceFlags.SAMPLED,
}
/** 2025-06-15T15:06:39.123456789Z */
const TIME: [number, number] = [1_749_999_999, 123_456_789]

/** Sends log records as a program with the SDK of OpenTelemetry does. */
async function sendBySdk(ingest: RunningIngest, how: keyof typeof EXPORTERS): Promise<void> {
  const exporter = new EXPORTERS[how]({ url: `${ingest.url}/v1/logs`, headers: {} })
  const provider = new LoggerProvider({
    resource: resourceFromAttributes({
      'service.name': 'checkout',
      'host.name': 'node-7',
      'deployment.environment.name': 'production',
      'k8s.pod.name': 'checkout-5d4',
    }),
    processors: [new BatchLogRecordProcessor({ exporter })],
  })
  const logger = provider.getLogger('shop.payments', '1.4.2')
  logger.emit({
    timestamp: TIME,
    severityNumber: SeverityNumber.ERROR,
    severityText: 'ERROR',
    body: 'payment refused',
    attributes: {
      'user.id': 42,
      amount: 12.5,
      retry: false,
      tags: ['a', 'b'],
      card: { brand: 'x', last: 4242 },
    },
    context: trace.setSpanContext(ROOT_CONTEXT, TRACE),
  })
  logger.emit({ timestamp: TIME, severityText: 'notice', body: { message: 'as an object', code: 7 } })
  logger.emit({ timestamp: TIME, severityNumber: SeverityNumber.WARN2, eventName: 'session.end', body: '' })
  await provider.shutdown()
}

/** The events that the indexer makes of what is in the queue. */
async function storedBy(ingest: RunningIngest): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  for (const { header, body } of await ingest.records()) {
    const { batch } = await decodeRecord(header, body, NOW)
    events.push(...rowsOf(runPipeline(STANDARD_STEPS, batch, { header }).batch))
  }
  return events
}

test.each(['protobuf', 'json'] as const)(
  'what the SDK of OpenTelemetry sends as %s is events with its times, levels, ids and attributes',
  async (how) => {
    await using ingest = await runningIngest()
    await sendBySdk(ingest, how)
    const [error, object, named, ...more] = await storedBy(ingest)
    expect(more).toEqual([])
    expect(error).toMatchObject({
      timestamp: 1_749_999_999_123_456_789n,
      observed_at: NOW,
      flags: 0,
      level: 'error',
      severity_number: 17,
      service: 'checkout',
      hostname: 'node-7',
      environment: 'production',
      pod: 'checkout-5d4',
      source: 'otlp',
      message: 'payment refused',
      trace_id: TRACE.traceId,
      span_id: TRACE.spanId,
    })
    expect({ ...error?.attributes }).toEqual({
      'otel.scope.name': 'shop.payments',
      'otel.scope.version': '1.4.2',
      'user.id': 42,
      amount: 12.5,
      retry: false,
      tags: ['a', 'b'],
      'card.brand': 'x',
      'card.last': 4242,
      trace_flags: 1,
    })
    expect(object).toMatchObject({ message: 'as an object', level: 'info', attributes: { code: 7 } })
    expect(named).toMatchObject({ severity_number: 14, attributes: { 'event.name': 'session.end' } })
  },
)

test.each([
  ['application/x-protobuf', new Uint8Array()],
  ['application/json', Buffer.from('{}')],
  ['application/json; charset=utf-8', Buffer.from('{"resourceLogs":[]}')],
])('a request of %s without any log is taken, and nothing is stored', async (type, body) => {
  await using ingest = await runningIngest()
  const answer = await ingest.post('/v1/logs', body, { 'content-type': type })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(type.split(';')[0] ?? '')
  expect(await answer.text()).toBe(type.startsWith('application/json') ? '{}' : '')
  expect(await ingest.records()).toEqual([])
})

const request = (...logRecords: unknown[]) =>
  JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })

test('of a request with a log that cannot be taken the others are, and the answer says how many were not and why', async () => {
  await using ingest = await runningIngest()
  const body = request({ body: { stringValue: 'a' } }, 'none', { body: { stringValue: 'x'.repeat(1 << 20) } })
  const answer = await ingest.post('/v1/logs', gzipSync(body), {
    'content-type': 'application/json',
    'content-encoding': 'gzip',
  })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({
    partialSuccess: {
      rejectedLogRecords: '2',
      errorMessage: 'log record 1: the log record is not an object',
    },
  })
  const protobuf = await ingest.post('/v1/logs', body, { 'content-type': 'application/x-protobuf' })
  const outer = new BinaryReader(new Uint8Array(await protobuf.arrayBuffer()))
  expect(outer.tag()).toEqual([1, 2])
  const partial = new BinaryReader(outer.bytes())
  expect([partial.tag(), partial.int64(), partial.tag(), partial.string()]).toEqual([
    [1, 0],
    2n,
    [2, 2],
    'log record 1: the log record is not an object',
  ])
  expect((await storedBy(ingest)).map(({ message }) => message)).toEqual(['a', 'a'])
})

test('a body that is no request is refused for good, in the encoding of the request', async () => {
  await using ingest = await runningIngest()
  const json = await ingest.post('/v1/logs', '{"resourceLogs":', { 'content-type': 'application/json' })
  expect([json.status, json.headers.get('content-type')]).toEqual([400, 'application/json'])
  expect(await json.json()).toEqual({ code: 3, message: expect.stringContaining('in JSON') })
  const protobuf = await ingest.post('/v1/logs', 'hello', { 'content-type': 'application/x-protobuf' })
  expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([400, 'application/x-protobuf'])
  const status = new BinaryReader(new Uint8Array(await protobuf.arrayBuffer()))
  expect([status.tag(), status.int32(), status.tag(), status.string()]).toEqual([
    [1, 0],
    3,
    [2, 2],
    expect.stringContaining('in protobuf'),
  ])
  expect(await ingest.records()).toEqual([])
})

test('with a full queue the answer is one that the SDK tries again, and says when', async () => {
  await using ingest = await runningIngest({ publisher: fullPublisher() })
  const answer = await ingest.post('/v1/logs', request({ body: { stringValue: 'a' } }), {
    'content-type': 'application/json',
  })
  expect([answer.status, await answer.json()]).toEqual([429, { code: 8, message: expect.any(String) }])
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
})

test('a key makes a resend the same batch', async () => {
  await using ingest = await runningIngest()
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'otlp-1' }
  for (let i = 0; i < 2; i++) await ingest.post('/v1/logs', request({ body: { stringValue: 'a' } }), headers)
  const ids = (await ingest.records()).map(({ header }) => [header.batch_id, header.client_batch])
  expect(ids).toEqual([
    ['otlp-1', true],
    ['otlp-1', true],
  ])
})

test('a GET says that logs are sent with POST', async () => {
  await using ingest = await runningIngest()
  const answer = await fetch(`${ingest.url}/v1/logs`)
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST'])
})

function fullPublisher() {
  return {
    publish: async () => {
      throw new Error('nothing gets here')
    },
    backlog: () => ({ bytes: 10, limit: 1 }),
    close: async () => undefined,
  }
}

import cpu from 'node:process'
import { concatBatches, type EventBatch, type LogEvent, rowsOf, selectRows } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { runPipeline, STANDARD_STEPS, type StepContext } from '../src/index.ts'
import { type Arrival, arrived, NO_DEFAULTS, process } from './events.ts'

/** Keys and values that steps look for, so that they meet and clash. */
const KEYS = [
  'message',
  'msg',
  'Message',
  'log',
  'error',
  'err',
  'exception',
  'Exception',
  'err.stack',
  'stack',
  'error.stack_trace',
  'error.message',
  'err.message',
  'error.type',
  'logger',
  'log.logger',
  'thread',
  'name',
  'levelname',
  'event',
  'version',
  '@t',
  '@mt',
  '@r',
  'User',
  's',
  'c',
  'ctx',
  't.$date',
  'instant.epochSecond',
  'instant.nanoOfSecond',
  'latency_ms',
  'duration',
  'b3',
  'req.headers.uber-trace-id',
  'mdc.trace_id',
  'level',
  'lvl',
  'severity',
  'severity_number',
  'status',
  'levelno',
  'time',
  '@timestamp',
  'ts',
  'date',
  'event.created',
  'eventCreated',
  'service',
  'app',
  'service.name',
  'host',
  'hostname',
  'pid',
  'env',
  'trace_id',
  'dd.trace_id',
  'traceparent',
  'span_id',
  'request_id',
  'req.headers.x-request-id',
  'x',
  '__proto__',
  '',
]
const WORDS = [
  'ERROR',
  'info',
  '[warn]',
  'wibble',
  'a=1',
  'b="x y"',
  'msg=hi',
  'level=error',
  'trace_id=',
  '{',
  '}',
  '"',
  '\\',
  '2024-06-15T10:11:12.5Z',
  '2024-06-15 10:11:13',
  'Jun 15 10:11:12',
  'Dec 31 23:59:59',
  '1718446272123',
  '<34>',
  'standard',
  '50',
  '3',
  ' ',
  '\n',
  '\u0000',
  '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  '2999-01-01T00:00:00Z',
  'request_id=r-1',
  '\ud800',
  '{"msg":"in","level":30,"time":1718446272123,"pid":1,"hostname":"h"}',
  '{"service":"s","a":[{"b":1}]}',
  'TypeError: x\n    at a (b.js:1:2)',
  'Hello {User}, {{}}',
  'D1',
  '1.1',
  '35ms',
  '4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1',
]
const phrase = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(' '))
const line = fc.oneof(phrase, fc.constantFrom(...WORDS), fc.string({ unit: 'binary' }))
const scalar = fc.oneof(
  line,
  fc.integer(),
  fc.constantFrom(17, 30, 50, 1718446272, 1718446272123, 1718446272123456789n),
  fc.double(),
  fc.boolean(),
)
const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
)
const arrival: fc.Arbitrary<Arrival> = fc.record(
  {
    message: line.filter((text) => text !== ''),
    attributes: fc.dictionary(fc.constantFrom(...KEYS), value, { maxKeys: 12, noNullPrototype: false }),
    service: fc.constant('standard'),
  },
  { requiredKeys: [] },
)
const arrivals = fc.array(arrival, { maxLength: 8 })
const context: fc.Arbitrary<StepContext> = fc.constantFrom(NO_DEFAULTS, {
  header: { door: 'json', defaults: { service: 'standard', hostname: 'h' } },
})

const events = (batch: EventBatch): LogEvent[] => [...rowsOf(batch)]

test('never throws and never loses or invents a row, whatever arrives', () => {
  fc.assert(
    fc.property(arrivals, context, (given, header) => {
      const batch = arrived(given)
      const result = runPipeline(STANDARD_STEPS, batch, header)
      expect(result.batch.length).toBe(batch.length)
      expect(events(result.batch).map(({ id }) => id)).toEqual(events(batch).map(({ id }) => id))
    }),
    { numRuns: 500 },
  )
})

test('a batch and its rows one by one give the same events', () => {
  fc.assert(
    fc.property(arrivals, context, (given, header) => {
      const batch = arrived(given)
      const whole = events(process(batch, header))
      const single = Array.from({ length: batch.length }, (_, row) =>
        events(process(selectRows(batch, Uint32Array.of(row)), header)),
      ).flat()
      const rebuilt = events(process(concatBatches([arrived([]), batch]), header))
      expect(single).toEqual(whole)
      expect(rebuilt).toEqual(whole)
    }),
    { numRuns: 500 },
  )
})

test('running the pipeline over its own result changes nothing', () => {
  fc.assert(
    fc.property(arrivals, context, (given, header) => {
      const once = process(arrived(given), header)
      expect(events(process(once, header))).toEqual(events(once))
    }),
    { numRuns: 1000 },
  )
})

test('the batch that went in is not changed', () => {
  fc.assert(
    fc.property(arrivals, context, (given, header) => {
      const batch = arrived(given)
      const before = events(batch)
      process(batch, header)
      expect(events(batch)).toEqual(before)
    }),
  )
})

test('a step that loses a row without saying so is an error, a named drop is counted', () => {
  const batch = arrived([{ message: 'a' }, { message: 'b' }])
  const first = selectRows(batch, Uint32Array.of(0))
  expect(() => runPipeline([{ name: 'thief', run: () => ({ batch: first }) }], batch, NO_DEFAULTS)).toThrow(
    'got 2 rows and gave 1 back',
  )
  const { dropped } = runPipeline(
    [{ name: 'sampler', run: () => ({ batch: first, dropped: 1 }) }],
    batch,
    NO_DEFAULTS,
  )
  expect([...dropped]).toEqual([['sampler', 1]])
})

test('a line of 1 MiB of any repeated word takes less than a second', () => {
  for (const word of [...WORDS, '=', '"', 'a="', '[', ' <', 'id=', '00-', 'x-']) {
    const message = word.repeat(Math.ceil((1 << 20) / word.length))
    // CPU of this thread, since a busy machine makes anything slow.
    const before = cpu.threadCpuUsage()
    process(arrived([{ message }]))
    const { user, system } = cpu.threadCpuUsage(before)
    expect((user + system) / 1000, `the word ${JSON.stringify(word)}`).toBeLessThan(1000)
  }
})

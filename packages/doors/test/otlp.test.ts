import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import { FLAGS, type LogEvent, rowsOf } from '@heartwood/event'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  acceptMessage,
  acceptOtlp,
  decodeRecord,
  decodeRecords,
  lettersOfEvents,
  recordHeader,
} from '../src/index.ts'

const NOW = 1_750_000_000_000
const bytes = (text: string) => new TextEncoder().encode(text)

/** A value of JSON, as a test writes it, and as both encodings of OTLP have it. */
type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value }
interface Log {
  readonly body?: Value
  readonly attributes?: Readonly<Record<string, Value>>
  readonly time?: bigint
  readonly observed?: bigint
  readonly severity?: number
}

function jsonValue(value: Value): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (isList(value)) return { arrayValue: { values: value.map(jsonValue) } }
  return { kvlistValue: { values: jsonEntries(value) } }
}
const jsonEntries = (entries: Readonly<Record<string, Value>>): object[] =>
  Object.entries(entries).map(([key, value]) => ({ key, value: jsonValue(value) }))

function protobufValue(value: Value): Uint8Array {
  const writer = new BinaryWriter()
  if (typeof value === 'string') return writer.tag(1, WireType.LengthDelimited).string(value).finish()
  if (typeof value === 'boolean') return writer.tag(2, WireType.Varint).bool(value).finish()
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? writer.tag(3, WireType.Varint).int64(value).finish()
      : writer.tag(4, WireType.Bit64).double(value).finish()
  if (isList(value)) return field(5, joined(value.map((element) => field(1, protobufValue(element)))))
  return field(6, joined(protobufEntries(1, value)))
}
const protobufEntries = (number: number, entries: Readonly<Record<string, Value>>): Uint8Array[] =>
  Object.entries(entries).map(([key, value]) =>
    field(number, joined([field(1, bytes(key)), field(2, protobufValue(value))])),
  )
const field = (number: number, content: Uint8Array): Uint8Array =>
  new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(content).finish()
const joined = (pieces: readonly Uint8Array[]): Uint8Array => Buffer.concat(pieces)
const isList = (value: Value): value is readonly Value[] => Array.isArray(value)

const RESOURCE = { 'service.name': 'checkout' }

function jsonRequest(logs: readonly Log[]): Uint8Array {
  const logRecords = logs.map(({ body, attributes = {}, time = 0n, observed = 0n, severity = 0 }) => ({
    timeUnixNano: String(time),
    observedTimeUnixNano: String(observed),
    severityNumber: severity,
    ...(body !== undefined && { body: jsonValue(body) }),
    attributes: jsonEntries(attributes),
  }))
  const resource = { attributes: jsonEntries(RESOURCE) }
  return bytes(
    JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'shop' }, logRecords }] }] }),
  )
}

function protobufLog({ body, attributes = {}, time = 0n, observed = 0n, severity = 0 }: Log): Uint8Array {
  return joined([
    new BinaryWriter().tag(1, WireType.Bit64).fixed64(time).finish(),
    new BinaryWriter().tag(11, WireType.Bit64).fixed64(observed).finish(),
    new BinaryWriter().tag(2, WireType.Varint).int32(severity).finish(),
    ...(body === undefined ? [] : [field(5, protobufValue(body))]),
    ...protobufEntries(6, attributes),
  ])
}

function protobufRequest(logs: readonly Uint8Array[]): Uint8Array {
  const scopeLogs = field(2, joined([field(1, field(1, bytes('shop'))), ...logs.map((log) => field(2, log))]))
  return field(1, joined([field(1, joined(protobufEntries(1, RESOURCE))), scopeLogs]))
}

async function queued(body: Uint8Array) {
  const accepted = await acceptOtlp(body)
  const header = recordHeader(accepted, {
    batchId: 'batch',
    clientBatch: false,
    receivedAt: BigInt(NOW) * 1_000_000n,
    encoding: 'identity',
    defaults: {},
    bytes: body.length,
  })
  return { accepted, header, body }
}

async function eventsOf(body: Uint8Array): Promise<LogEvent[]> {
  const { header } = await queued(body)
  const { batch, deadLetters } = await decodeRecord(header, body, 0n)
  expect(deadLetters).toEqual([])
  return [...rowsOf(batch)]
}

const scalar = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number)),
)
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.string({ maxLength: 5 }), tie('value'), { maxKeys: 3 }),
  ),
}))
const log = fc.record(
  {
    body: value,
    attributes: fc.dictionary(fc.string({ maxLength: 8 }), value, { maxKeys: 4 }),
    time: fc.bigInt({ min: 0n, max: (1n << 63n) - 1n }),
    observed: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
    severity: fc.integer({ min: 0, max: 24 }),
  },
  { requiredKeys: [] },
)

describe('logs of OpenTelemetry', () => {
  test('are the same events whether they come as JSON or as protobuf', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(log, { minLength: 1, maxLength: 5 }), async (logs) => {
        const fromJson = await eventsOf(jsonRequest(logs))
        expect(fromJson.length).toBe(logs.length)
        expect(await eventsOf(protobufRequest(logs.map(protobufLog)))).toEqual(fromJson)
      }),
    )
  })

  test('have the attributes of resource and scope, and of one name in several places the nearest', async () => {
    const [event] = await eventsOf(
      jsonRequest([{ body: { 'service.name': 'of the body', a: 1 }, attributes: { a: 2 } }]),
    )
    expect({ ...event?.attributes }).toEqual({
      'service.name': 'of the body',
      'otel.scope.name': 'shop',
      a: 2,
    })
  })

  test('keep integers of 64 bits and nanoseconds exactly', async () => {
    const [event] = await eventsOf(
      protobufRequest([
        joined([
          new BinaryWriter().tag(1, WireType.Bit64).fixed64(1_749_999_999_123_456_789n).finish(),
          field(
            6,
            joined([
              field(1, bytes('n')),
              field(
                2,
                new BinaryWriter()
                  .tag(3, WireType.Varint)
                  .int64(-(1n << 63n))
                  .finish(),
              ),
            ]),
          ),
        ]),
      ]),
    )
    expect(event?.attributes.n).toBe(-(1n << 63n))
    expect(event?.attributes['@timestamp']).toBe(1_749_999_999_123_456_789n)
  })

  test.each([
    ['and observed have their own', 1_749_999_999_123_456_789n, 1_749_999_999_123_456_789n, undefined],
    ['that are only observed say when that was', 0n, undefined, '2025-06-15T15:06:39.500Z'],
  ])('with a time %s', async (_what, time, timestamp, created) => {
    const log = { body: 'a', time, observed: 1_749_999_999_500_000_000n }
    for (const body of [jsonRequest([log]), protobufRequest([protobufLog(log)])]) {
      const [event] = await eventsOf(body)
      expect([event?.attributes['@timestamp'], event?.attributes['event.created']]).toEqual([
        timestamp,
        created,
      ])
    }
  })

  test('with a string that is no UTF-8 are kept and say that it was repaired', async () => {
    const broken = field(5, field(1, Uint8Array.from([0x61, 0xff])))
    const [event, other] = await eventsOf(protobufRequest([broken, protobufLog({ body: 'fine' })]))
    expect(event).toMatchObject({ message: 'a\ufffd', flags: FLAGS.time_inferred | FLAGS.utf8_repaired })
    expect(other).toMatchObject({ message: 'fine', flags: FLAGS.time_inferred })
  })

  test('of which one is broken in protobuf are taken without it', async () => {
    const body = protobufRequest([
      protobufLog({ body: 'a' }),
      Uint8Array.from([0x2a, 0x7f, 0x01]),
      protobufLog({ body: 'b' }),
    ])
    const { accepted, header } = await queued(body)
    expect(accepted).toMatchObject({ records: 3, refused: [{ index: 1, code: 'invalid_protobuf' }] })
    const { batch } = await decodeRecord(header, body, 0n)
    expect([...rowsOf(batch)].map(({ id, message }) => [id, message])).toEqual([
      ['batch-000000', 'a'],
      ['batch-000002', 'b'],
    ])
  })

  test('however their bytes are mutated are refused or taken, and what was counted is what is decoded', async () => {
    const bodies = [
      protobufRequest([
        protobufLog({ body: 'a', attributes: { list: [1, { b: true }] } }),
        protobufLog({ body: 2.5 }),
      ]),
      jsonRequest([{ body: 'a', attributes: { list: [1, { b: true }] } }, { body: 2.5 }]),
    ]
    const edit = fc.record({ at: fc.nat(400), to: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bodies), fc.array(edit, { maxLength: 6 }), async (body, edits) => {
        const mutated = Uint8Array.from(body)
        for (const { at, to } of edits) mutated[at % mutated.length] = to
        const taken = await queued(mutated).catch((error: unknown) => {
          expect(error).toMatchObject({ name: 'RefusedBody' })
        })
        if (taken === undefined) return
        const { batch, deadLetters } = await decodeRecord(taken.header, mutated, 0n)
        expect(deadLetters).toEqual([])
        expect(batch.length).toBe(taken.accepted.records - taken.accepted.refused.length)
      }),
      { numRuns: 400 },
    )
  })

  test('that are not as many as were counted become one letter, and those beside them are not touched', async () => {
    const body = jsonRequest([{ body: 'a' }, { body: 'b' }])
    const { header } = await queued(body)
    for (const records of [1, 3]) {
      const decoded = await decodeRecords(
        [
          { header, body },
          { header: { ...header, records, batch_id: 'other' }, body },
        ],
        0n,
      )
      const events = decoded.flatMap(({ batch }) => [...rowsOf(batch)])
      expect(events.map(({ message }) => message)).toEqual(['a', 'b'])
      const letters = decoded.flatMap((one) => one.records.flatMap(({ deadLetters }) => deadLetters))
      expect(letters.map(({ batch_id }) => batch_id)).toEqual(['other'])
    }
  })

  test('that an engine refuses alone have a letter with their own bytes, which make the same event again', async () => {
    for (const body of [
      jsonRequest([{ body: 'a' }, { body: 'b', attributes: { n: 1 } }]),
      protobufRequest([protobufLog({ body: 'a' }), protobufLog({ body: 'b', attributes: { n: 1 } })]),
    ]) {
      const { header } = await queued(body)
      const refusal = { step: 'store', reason: 'no', now: 0n, index: 1, service: undefined, text: '' }
      const [letter] = await lettersOfEvents({ header, body }, [refusal])
      const original = letter?.original
      if (original === undefined) throw new Error('the letter has no original')
      const { batch } = await decodeRecord(original.header, Buffer.from(original.body, 'base64'), 0n)
      const [event, ...more] = rowsOf(batch)
      expect(more).toEqual([])
      expect(event).toEqual((await eventsOf(body))[1])
    }
  })
})

describe('a Kafka message of an OpenTelemetry Collector', () => {
  const message = (value: Uint8Array) => ({
    topic: 'logs-raw',
    partition: 1,
    offset: 5n,
    timestampMillis: NOW,
    value,
  })

  test.each([
    ['JSON', jsonRequest([{ body: 'a' }, { body: 'b' }])],
    ['protobuf', protobufRequest([protobufLog({ body: 'a' }), protobufLog({ body: 'b' })])],
  ])('in %s is the logs in it', async (_what, value) => {
    const accepted = await acceptMessage(message(value), NOW)
    if (accepted.kind === 'damaged') throw new Error(accepted.reason)
    const { batch } = await decodeRecord(accepted.header, accepted.body, 0n)
    expect([...rowsOf(batch)].map(({ id, source, message }) => [id, source, message])).toEqual([
      ['kafka-logs-raw-1-5-000000', 'otlp', 'a'],
      ['kafka-logs-raw-1-5-000001', 'otlp', 'b'],
    ])
  })

  test.each([
    ['a text that begins with a line feed', bytes('\nstarted'), 'text'],
    ['a text whose first bytes could be a length', bytes('\n\u0005hello'), 'text'],
    ['a JSON event with a field of that name', bytes('{"resourceLogs":"none","message":"x"}'), 'json'],
  ])('is not seen in %s', async (_what, value, door) => {
    expect(await acceptMessage(message(value), NOW)).toMatchObject({ kind: 'record', header: { door } })
  })
})

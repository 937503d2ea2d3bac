import { gzipSync } from 'node:zlib'
import { type Framing, type RecordHeader, rowsOf } from '@heartwood/event'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutLines, decodeRecord, decodeRecords, MAX_COLUMNS, type QueuedRecord } from '../src/index.ts'
import { RECEIVED } from './through-the-queue.ts'

const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('"', 'a\\b', 'tab\there', '\u0000', '\ud83d\ude00', 'ü'),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((big) => Symbol.for(String(big))),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer(), { maxLength: 3 }),
)
const key = fc.constantFrom('a', 'b', 'a.b', 'msg', 'level', '7', '__proto__')
/** An object as JSON text, keys in any order, some twice, some with an object. */
const object = fc
  .array(fc.tuple(key, leaf, fc.boolean()), { maxLength: 5 })
  .map((members) => `{${members.map(([name, value, nested]) => member(name, value, nested)).join(',')}}`)

function member(name: string, value: unknown, nested: boolean): string {
  const text = typeof value === 'symbol' ? Symbol.keyFor(value) : JSON.stringify(value)
  return nested ? `"${name}":{"in":${text}}` : `"${name}":${text}`
}

const line = fc.oneof(
  { weight: 6, arbitrary: object },
  { weight: 1, arbitrary: fc.tuple(object, fc.nat(20)).map(([text, cut]) => text.slice(0, cut)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
)
/** Some lines come again and again, so that there are shapes to follow. */
const lines = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(3), { maxLength: 12 }))
  .map(([drawn, order]) => order.map((at) => drawn[at % drawn.length] ?? ''))

const invalid = Buffer.from([0x7b, 0xff, 0x0a])

const record = fc.record({
  lines,
  framing: fc.constantFrom('ndjson', 'ndjson', 'ndjson', 'text'),
  service: fc.constantFrom(undefined, undefined, 'checkout'),
  gzip: fc.boolean(),
  broken: fc.constantFrom('not', 'not', 'not', 'count', 'bytes', 'utf8'),
  later: fc.nat(5),
})

type Drawn = typeof record extends fc.Arbitrary<infer T> ? T : never

function recordOf({ lines, framing, service, gzip, broken, later }: Drawn, index: number): QueuedRecord {
  const text = Buffer.from(lines.map((one) => `${one}\n`).join(''))
  const plain = broken === 'utf8' ? Buffer.concat([text, invalid]) : text
  const header: RecordHeader = {
    version: 1,
    door: framing === 'text' ? 'text' : 'json',
    framing: framing as Framing,
    encoding: gzip ? 'gzip' : 'identity',
    received_at: String(RECEIVED + BigInt(later)),
    batch_id: `batch-${index}`,
    client_batch: false,
    defaults: { ...(service && { service }) },
    records: cutLines(plain).length + (broken === 'count' ? 1 : 0),
    refused: [],
    bytes: plain.length + (broken === 'bytes' ? 1 : 0),
  }
  return { header, body: gzip ? gzipSync(plain) : plain }
}

test('records decoded together give what each gives by itself, whatever is in them and whichever are damaged', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(record, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (drawn, shapes) => {
        const records = drawn.map(recordOf)
        const together = await decodeRecords(records, RECEIVED)
        const alone = await Promise.all(
          records.map(({ header, body }) => decodeRecord(header, body, RECEIVED, { shapes })),
        )
        expect(together.flatMap(({ batch }) => [...rowsOf(batch)])).toEqual(
          alone.flatMap(({ batch }) => [...rowsOf(batch)]),
        )
        expect(
          together.flatMap(({ records }) => records.map(({ rows, deadLetters }) => ({ rows, deadLetters }))),
        ).toEqual(alone.map(({ batch, deadLetters }) => ({ rows: batch.length, deadLetters })))
        for (const { batch, records } of together)
          expect(records.reduce((sum, { rows }) => sum + rows, 0)).toBe(batch.length)
      },
    ),
    { numRuns: 300 },
  )
})

test('a record of endless keys takes no columns from the records behind it', async () => {
  const many = Array.from({ length: 3 }, (_, n) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`k${n}-${i}`, i]))),
  )
  const drawn = { framing: 'ndjson', service: undefined, gzip: false, broken: 'not', later: 0 } as const
  const records = [
    { ...drawn, lines: many },
    { ...drawn, lines: ['{"kind":"plain"}'] },
  ].map(recordOf)
  const [first, second] = await decodeRecords(records, RECEIVED)
  expect(first?.batch.attributes.size).toBe(MAX_COLUMNS)
  expect([...(second?.batch.attributes.keys() ?? [])]).toEqual(['kind'])
})

test('records that need a batch each hold about as many bytes together as their bodies have', async () => {
  const drawn = { framing: 'ndjson', service: undefined, gzip: false, broken: 'not', later: 0 } as const
  const wide = (n: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: MAX_COLUMNS }, (_, i) => [`k${n}-${i}`, 'v'])))
  const records = Array.from({ length: 40 }, (_, n) => ({ ...drawn, lines: [wide(n)] })).map(recordOf)
  const decoded = await decodeRecords(records, RECEIVED)
  expect(decoded.length).toBe(records.length)
  const held = new Set(
    decoded.flatMap(({ batch }) =>
      [...batch.attributes.values()].flatMap(({ string }) => string?.values.utf8().bytes.buffer ?? []),
    ),
  )
  const bodies = records.reduce((sum, { body }) => sum + body.length, 0)
  expect([...held].reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThan(bodies * 2)
})

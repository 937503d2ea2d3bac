import { gzipSync, zstdCompressSync } from 'node:zlib'
import { decodeRecord } from '@heartwood/doors'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NOW, runningIngest } from './running-ingest.ts'

const LINES = '{"a":1,"message":"é"}\n{"b":[1,{"c":"\\ud83d\\ude00"}],"n":12345678901234567890}\nplain text\n'
const BULK =
  '{"create":{"_index":"i","_id":"1"}}\n{"a":1}\r\n{"delete":{"_id":"1"}}\n\n{"update":{}}\n{"doc":{"b":2}}\n'
const BODIES = [
  LINES,
  BULK,
  '[{"a":1}, "text", [1,2], {"b":{"c":null}}]',
  '{\n  "a": {\n    "b": "}"\n  }\n}\n{"c":1}',
  '[2025-01-01] started\n\tat Object.<anonymous>\n',
].map((text) => Buffer.from(text))
const valid = fc.constantFrom(
  ...BODIES,
  ...BODIES.map((body) => gzipSync(body)),
  ...BODIES.map((body) => zstdCompressSync(body)),
)

interface Change {
  readonly kind: 'flip' | 'cut' | 'double' | 'insert' | 'remove'
  readonly at: number
  readonly bytes: Uint8Array
}

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'double', 'insert', 'remove'),
  at: fc.nat(400),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.constantFrom('\n', '{', '}', '[', ']', '"', '\\', ',').map((text) => Buffer.from(text)),
  ),
})

function changed(body: Buffer, { kind, at, bytes }: Change): Buffer {
  const place = body.length === 0 ? 0 : at % body.length
  switch (kind) {
    case 'flip': {
      const copy = Buffer.from(body)
      if (copy.length > 0) copy[place] = (copy[place] ?? 0) ^ (bytes[0] ?? 1)
      return copy
    }
    case 'cut':
      return body.subarray(0, place)
    case 'double':
      return Buffer.concat([body, body.subarray(place)])
    case 'insert':
      return Buffer.concat([body.subarray(0, place), bytes, body.subarray(place)])
    case 'remove':
      return Buffer.concat([body.subarray(0, place), body.subarray(place + bytes.length)])
  }
}

const PATHS = [
  '/ingest',
  '/ingest?service=s',
  '/_bulk',
  '/i/_bulk?filter_path=errors,items.*.status',
  '/i/_doc',
  '/i/_create/1',
]
const STATUS = new Set([200, 201, 400, 413, 415])

test('no mutated body crashes, hangs or fails ingest, and what is acknowledged can be decoded', async () => {
  await using ingest = await runningIngest()
  let acknowledged = 0
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...PATHS),
      valid,
      fc.array(change, { maxLength: 4 }),
      fc.constantFrom(undefined, 'gzip', 'zstd', 'deflate', 'identity'),
      async (path, body, changes, encoding) => {
        const answer = await ingest.post(
          path,
          new Uint8Array(changes.reduce(changed, body)),
          encoding === undefined ? {} : { 'content-encoding': encoding },
        )
        const text = await answer.text()
        expect(STATUS, `${answer.status} ${text}`).toContain(answer.status)
        JSON.parse(text)
        if (path.startsWith('/ingest') && answer.status === 200) acknowledged += JSON.parse(text).accepted
        else if (path.startsWith('/_bulk') && answer.status === 200)
          acknowledged += (text.match(/"status":201/g) ?? []).length
      },
    ),
    { numRuns: 500 },
  )
  let found = 0
  for (const { header, body } of await ingest.records()) {
    const { batch, deadLetters } = await decodeRecord(header, body, NOW, { joins: false })
    expect([batch.length, deadLetters]).toEqual([header.records - header.refused.length, []])
    if (header.index === undefined) found += batch.length
  }
  expect(found).toBe(acknowledged)
}, 60_000)

import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { eventId, rowsOf } from '@heartwood/event'
import { expect, test } from 'vitest'
import { NOW, runningIngest } from './running-ingest.ts'

test('JSON lines are counted, stored as received and found under batch id and index', async () => {
  await using ingest = await runningIngest()
  const body = '{"message":"one","status":500}\n\nnot json\r\n{"message":"three"}'
  const answer = await ingest.post('/ingest?service=shop&environment=prod&hostname=h1', body)
  const said = (await answer.json()) as { batch_id: string }
  expect([answer.status, said]).toEqual([
    200,
    { batch_id: expect.stringMatching(/^[0-9a-f-]{36}$/), accepted: 3, rejected: 0, errors: [] },
  ])
  expect(answer.headers.get('x-heartwood-batch')).toBe(said.batch_id)
  const [record] = await ingest.records()
  expect(Buffer.from(record?.body ?? []).toString()).toBe(body)
  expect(record?.header).toMatchObject({
    door: 'json',
    framing: 'ndjson',
    client_batch: false,
    records: 3,
    received_at: String(NOW),
    defaults: { service: 'shop', environment: 'prod', hostname: 'h1' },
  })
  const [batch] = await ingest.batches()
  const events = batch === undefined ? [] : [...rowsOf(batch)]
  expect(events.map(({ id }) => id)).toEqual([0, 1, 2].map((index) => eventId(said.batch_id, index)))
  expect(events[1]).toMatchObject({ message: 'not json', service: 'shop', flags: 1 | 8 })
})

test.each([
  ['a JSON array', '[{"a":1},{"a":2}]', 'json', 2],
  ['a JSON object over several lines', '{\n  "a": 1\n}\n', 'json', 1],
  ['objects on one line, as curl -d leaves them', '{"a":1}{"a":2}{"a":3}', 'json', 3],
  ['lines of text', 'first\nsecond\n', 'text', 2],
  ['text that begins with a bracket', '[2025-01-01] started\n[2025-01-01] stopped', 'text', 2],
])('%s is seen for what it is, whatever the media type says', async (_what, body, door, accepted) => {
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', ';;nonsense']) {
    await using ingest = await runningIngest()
    const answer = await ingest.post('/ingest', body, { 'content-type': type })
    expect([answer.status, await answer.json()]).toMatchObject([200, { accepted, rejected: 0 }])
    expect((await ingest.records())[0]?.header.door).toBe(door)
  }
})

const LINES = Array.from({ length: 500 }, (_, n) => `{"n":${n},"message":"line ${n}"}`).join('\n')
test.each([
  ['gzip', 'gzip', gzipSync(LINES)],
  ['x-gzip', 'gzip', gzipSync(LINES)],
  ['deflate', 'deflate', deflateSync(LINES)],
  ['deflate', 'deflate', deflateRawSync(LINES)],
  ['zstd', 'zstd', zstdCompressSync(LINES)],
  [undefined, 'gzip', gzipSync(LINES)],
  [undefined, 'zstd', zstdCompressSync(LINES)],
])('a body under Content-Encoding %s is stored compressed, as %s', async (header, encoding, body) => {
  await using ingest = await runningIngest()
  const answer = await ingest.post(
    '/ingest',
    body,
    header === undefined ? {} : { 'content-encoding': header },
  )
  expect([answer.status, await answer.json()]).toMatchObject([200, { accepted: 500 }])
  const [record] = await ingest.records()
  expect(record?.header).toMatchObject({ encoding, bytes: Buffer.byteLength(LINES) })
  expect(Buffer.compare(Buffer.from(record?.body ?? []), body)).toBe(0)
  expect((await ingest.batches())[0]?.length).toBe(500)
})

test('a batch that the client named keeps its name, and its resend goes to the same partition', async () => {
  await using ingest = await runningIngest()
  for (const connection of ['close', 'keep-alive'])
    expect(
      await (await ingest.post('/ingest', 'hello', { 'idempotency-key': '"agent-7-41"', connection })).json(),
    ).toMatchObject({ batch_id: 'agent-7-41' })
  const records = await ingest.records()
  expect(records.map(({ header }) => [header.batch_id, header.client_batch])).toEqual([
    ['agent-7-41', true],
    ['agent-7-41', true],
  ])
  expect(records[0]?.position).toBeLessThan(records[1]?.position ?? 0n)
})

test('one record that is too long is refused by its index, its neighbours are stored', async () => {
  await using ingest = await runningIngest()
  const answer = await ingest.post('/ingest', `first\n${'x'.repeat(1024 * 1024 + 1)}\nlast`)
  expect([answer.status, await answer.json()]).toMatchObject([
    200,
    { accepted: 2, rejected: 1, errors: [{ index: 1, reason: expect.stringContaining('1048577 bytes') }] },
  ])
  const [batch] = await ingest.batches()
  expect(batch === undefined ? [] : [...rowsOf(batch)].map(({ message }) => message)).toEqual([
    'first',
    'last',
  ])
})

test.each([
  ['nothing', '', 400, 'empty_body'],
  ['only blank lines', ' \n\r\n', 400, 'empty_body'],
  ['an empty array', '[]', 400, 'empty_body'],
  ['an array that ends early', '[{"a":1},{"a"', 400, 'invalid_body'],
  ['an object over several lines that ends early', '{\n "a": 1,\n "b"', 400, 'invalid_body'],
  ['an array of nothing but broken elements', '[{oops},{"a":tru}]', 400, 'invalid_body'],
  ['UTF-16', '\u{feff}hello', 400, 'invalid_body'],
])('%s is refused and nothing is stored', async (what, body, status, code) => {
  await using ingest = await runningIngest()
  const bytes = what === 'UTF-16' ? Buffer.from(body, 'utf16le') : body
  const answer = await ingest.post('/ingest', bytes)
  expect([answer.status, await answer.json()]).toMatchObject([status, { error: { code } }])
  expect(await ingest.records()).toEqual([])
})

test('what cannot be read is named: encoding, form, key and parameters', async () => {
  await using ingest = await runningIngest()
  const ask = async (path: string, headers: Record<string, string>) => {
    const answer = await ingest.post(path, 'hello', headers)
    const { error } = (await answer.json()) as { error: { code: string } }
    return [answer.status, error.code]
  }
  expect(await ask('/ingest', { 'content-encoding': 'br' })).toEqual([415, 'unsupported_encoding'])
  expect(await ask('/ingest', { 'content-encoding': 'gzip' })).toEqual([400, 'invalid_body'])
  expect(await ask('/ingest', { 'content-type': 'multipart/form-data; boundary=x' })).toEqual([
    400,
    'invalid_body',
  ])
  expect(await ask('/ingest', { 'idempotency-key': 'has space' })).toEqual([400, 'invalid_parameter'])
  expect(await ask('/ingest', { 'idempotency-key': 'x'.repeat(129) })).toEqual([400, 'invalid_parameter'])
  expect(await ask(`/ingest?service=${'x'.repeat(257)}`, {})).toEqual([400, 'invalid_parameter'])
  expect(await ask('/ingest?service=a&service=b', {})).toEqual([400, 'invalid_parameter'])
  expect(await ask('/ingest?hostname=a%0Ab', {})).toEqual([400, 'invalid_parameter'])
  expect(await ingest.records()).toEqual([])
})

test('an unknown path says which doors there are, and a known one which method', async () => {
  await using ingest = await runningIngest()
  const unknown = await ingest.post('/v1/traces', 'hello')
  expect(unknown.status).toBe(404)
  expect(await unknown.text()).toMatch(/POST.*\/ingest.*\/v1\/logs.*\/_bulk.*unknown_path/)
  const wrong = await fetch(`${ingest.url}/ingest`)
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
})

test('requests, events, bytes and refusals are counted by door', async () => {
  await using ingest = await runningIngest()
  await ingest.post('/ingest', gzipSync('a\nb'), { 'content-encoding': 'gzip' })
  await ingest.post('/ingest', '[{"a":1},{oops}]')
  await ingest.post('/_bulk', '{"delete":{"_id":"1"}}\n')
  await ingest.post('/ingest', '')
  const text = await ingest.app.metrics.metrics()
  expect(text).toContain('heartwood_ingest_events_total{door="text"} 2')
  expect(text).toContain('heartwood_ingest_inflated_bytes_total{door="text"} 3')
  expect(text).toContain('heartwood_ingest_rejected_total{door="json",reason="invalid_json"} 1')
  expect(text).toContain(
    'heartwood_ingest_rejected_total{door="elasticsearch",reason="delete_unsupported"} 1',
  )
  expect(text).toContain('heartwood_ingest_requests_total{route="/ingest",status="200"} 2')
  expect(text).toContain('heartwood_ingest_requests_total{route="/ingest",status="400"} 1')
  expect(text).toContain('heartwood_ingest_publish_seconds_count 2')
  expect(text).toContain('heartwood_ingest_buffered_bytes 0')
})

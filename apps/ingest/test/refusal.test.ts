import { once } from 'node:events'
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { MemoryQueue, QueueError, type QueueErrorCode, type QueuePublisher } from '@heartwood/queue'
import { expect, test, vi } from 'vitest'
import { answerOf, runningIngest } from './running-ingest.ts'

const MIB = 1024 * 1024
const TWO_MIB = 'a line of text, '
  .repeat(7)
  .concat('here it ends ...\n')
  .repeat((2 * MIB) / 129)

/** A queue whose disk does what the test says, when it says so. */
function publisherOf(publish: () => Promise<never>): QueuePublisher {
  return { publish, backlog: () => ({ bytes: 0, limit: 1e9 }), close: async () => {} }
}

test.each<[QueueErrorCode, number, string, string]>([
  ['full', 429, 'queue_full', 'es_rejected_execution_exception'],
  ['disk_full', 507, 'disk_full', 'cluster_block_exception'],
  ['io', 503, 'unavailable', 'cluster_block_exception'],
  ['closed', 503, 'unavailable', 'cluster_block_exception'],
])(
  'a queue that throws %s is answered with %i and Retry-After, never with 2xx',
  async (code, status, error, type) => {
    const publisher = publisherOf(async () => {
      throw new QueueError(code, 'fsync failed')
    })
    await using ingest = await runningIngest({ publisher })
    const answer = await ingest.post('/ingest', 'hello')
    expect([answer.status, await answer.json()]).toMatchObject([status, { error: { code: error } }])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    const bulk = await ingest.post('/_bulk', '{"index":{}}\n{"a":1}\n')
    expect([bulk.status, await bulk.json()]).toMatchObject([status, { error: { type }, status }])
    expect(bulk.headers.get('retry-after')).not.toBeNull()
  },
)

test('the answer waits for the queue: nothing is acknowledged before the record is durable', async () => {
  const queue = new MemoryQueue()
  const real = queue.publisher()
  const synced = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  await using ingest = await runningIngest({
    queue,
    publisher: {
      ...real,
      async publish(key, header, body) {
        const position = await real.publish(key, header, body)
        asked.resolve()
        await synced.promise
        return position
      },
    },
  })
  let answered = false
  const answer = ingest.post('/ingest', 'hello').then((response) => {
    answered = true
    return response
  })
  await asked.promise
  // A request made later and answered meanwhile shows that there was time to answer the first.
  await ingest.post('/ingest', '')
  expect(answered).toBe(false)
  synced.resolve()
  expect((await answer).status).toBe(200)
})

test('a backlog over its limit refuses before the body is read', async () => {
  const queue = new MemoryQueue({ limitBytes: 1_000 })
  await using ingest = await runningIngest({ queue })
  expect((await ingest.post('/ingest', 'x'.repeat(900))).status).toBe(200)
  const socket = ingest.connect()
  socket.write('POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n')
  const [first] = (await once(socket, 'data')) as [Buffer]
  expect(first.toString()).toMatch(/^HTTP\/1\.1 429 .*retry-after: 5/is)
  socket.destroy()
  expect(await ingest.records()).toHaveLength(1)
})

test('bodies in memory are bounded: what does not fit is refused, and room comes back', async () => {
  await using ingest = await runningIngest({ bufferBytes: 3 * MIB })
  const slow = ingest.connect()
  slow.write(`POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${3 * MIB}\r\n\r\n`)
  slow.write(Buffer.alloc(2 * MIB, 'line of text\n'))
  await vi.waitUntil(() => bufferedBytes(ingest.app.metrics.metrics()), { timeout: 5_000 })
  const refused = await ingest.post('/ingest', TWO_MIB)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  slow.destroy()
  await vi.waitUntil(async () => (await ingest.post('/ingest', TWO_MIB)).status === 200, {
    timeout: 5_000,
  })
  expect(await ingest.records()).toHaveLength(1)

  async function bufferedBytes(text: Promise<string>): Promise<boolean> {
    const value = /heartwood_ingest_buffered_bytes (\d+)/.exec(await text)?.[1]
    return Number(value) >= 1.5 * MIB
  }
})

test.each([
  ['gzip', gzipSync(Buffer.alloc(300 * MIB))],
  ['deflate', deflateSync(Buffer.alloc(300 * MIB))],
  ['zstd', zstdCompressSync(Buffer.alloc(300 * MIB))],
])('a %s bomb is stopped while it inflates', async (encoding, bomb) => {
  await using ingest = await runningIngest({ bufferBytes: 80 * MIB })
  const answer = await ingest.post('/ingest', bomb, { 'content-encoding': encoding })
  expect([answer.status, await answer.json()]).toMatchObject([413, { error: { code: 'body_too_large' } }])
  expect(await ingest.app.metrics.metrics()).toContain('heartwood_ingest_buffered_bytes 0')
  expect((await ingest.post('/ingest', 'still here')).status).toBe(200)
})

test('a body over the limit is refused, announced or not, and the client can read why', async () => {
  await using ingest = await runningIngest({ env: { HEARTWOOD_MAX_BODY_MB: '1' } })
  const body = Buffer.alloc(3 * MIB, 'line of text\n')
  expect((await ingest.post('/ingest', body)).status).toBe(413)
  const chunked = await fetch(`${ingest.url}/ingest`, {
    method: 'POST',
    body: new Blob([body]).stream(),
    duplex: 'half',
  })
  expect(chunked.status).toBe(413)
  expect((await ingest.post('/ingest', gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(413)
  expect(await ingest.records()).toEqual([])
})

test('a connection goes on after a refused body', async () => {
  await using ingest = await runningIngest({ env: { HEARTWOOD_MAX_BODY_MB: '1' } })
  const bodies = [
    Buffer.alloc(3 * MIB, 'line of text\n'),
    gzipSync(Buffer.alloc(3 * MIB)),
    Buffer.from('not gzip'),
  ]
  const socket = ingest.connect()
  for (const [n, body] of bodies.entries()) {
    const encoding = n === 0 ? 'identity' : 'gzip'
    socket.write(
      `POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: ${encoding}\r\nTransfer-Encoding: chunked\r\n\r\n`,
    )
    for (let from = 0; from < body.length; from += 100_000) {
      const piece = body.subarray(from, from + 100_000)
      socket.write(
        Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]),
      )
    }
    socket.write('0\r\n\r\n')
  }
  socket.write(
    'POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
  )
  const statuses = [...(await answerOf(socket)).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)
  expect(statuses).toEqual(['413', '413', '400', '200'])
})

test.each(['gzip', 'zstd', 'deflate'] as const)('a %s body that is cut off is refused', async (encoding) => {
  const compress = { gzip: gzipSync, zstd: zstdCompressSync, deflate: deflateSync }[encoding]
  await using ingest = await runningIngest()
  const whole = compress('line of text\n'.repeat(1_000))
  const answer = await ingest.post('/ingest', whole.subarray(0, -3), { 'content-encoding': encoding })
  expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'invalid_body' } }])
  expect(await ingest.records()).toEqual([])
})

test('a client that sends a byte now and then is cut off in time', async () => {
  await using ingest = await runningIngest({ bodyTimeout: 300 })
  const socket = ingest.connect()
  socket.write('POST /ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n')
  const drip = setInterval(() => socket.write('x'), 20)
  const answer = await answerOf(socket)
  clearInterval(drip)
  expect(answer).toMatch(/^HTTP\/1\.1 408 .*request_timeout/s)
  expect(await ingest.records()).toEqual([])
})

test('a connection lost in the middle of a body stores nothing and leaves no bytes behind', async () => {
  await using ingest = await runningIngest()
  for (const head of ['Content-Length: 100000', 'Transfer-Encoding: chunked']) {
    const socket = ingest.connect()
    socket.write(`POST /ingest HTTP/1.1\r\nHost: localhost\r\n${head}\r\n\r\n`)
    socket.write(head.startsWith('T') ? '8\r\none\ntwo\n\r\n' : 'one\ntwo\n')
    await vi.waitUntil(async () => /buffered_bytes [1-9]/.test(await ingest.app.metrics.metrics()))
    socket.destroy()
    await vi.waitUntil(async () => /buffered_bytes 0/.test(await ingest.app.metrics.metrics()))
  }
  expect(await ingest.records()).toEqual([])
})

test('headers without end and lines that are no HTTP are answered and closed', async () => {
  await using ingest = await runningIngest()
  const large = ingest.connect()
  large.end(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`)
  expect(await answerOf(large)).toMatch(/^HTTP\/1\.1 431 /)
  const strange = ingest.connect()
  strange.end('\u0016\u0003\u0001 this is not HTTP\r\n\r\n')
  expect(await answerOf(strange)).toMatch(/^HTTP\/1\.1 400 /)
  expect((await ingest.post('/ingest', 'still here')).status).toBe(200)
})

test('a foreign Host, a foreign page and a missing token are refused before a byte is stored', async () => {
  await using ingest = await runningIngest()
  const socket = ingest.connect()
  socket.end(
    'POST /ingest HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
  )
  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 403 .*foreign_host/s)
  const page = await ingest.post('/ingest', 'hello', { origin: 'https://evil.example' })
  expect([page.status, page.headers.get('access-control-allow-origin')]).toEqual([403, null])
  expect(await ingest.records()).toEqual([])
})

test('a sender with a wrong token is on the record, without the token; one with the right token is not', async () => {
  const token = 'a-token-of-at-least-thirty-two-characters'
  await using ingest = await runningIngest({ env: { HEARTWOOD_ACCESS_TOKEN: token } })
  const wrong = 'another-token-of-more-than-thirty-two-characters'
  const send = (shown: string) => ingest.post('/ingest', 'hello', { authorization: `Bearer ${shown}` })
  expect((await send(token)).status).toBe(200)
  expect((await send(wrong)).status).toBe(401)
  expect((await send(wrong)).status).toBe(401)
  await vi.waitFor(() => expect(ingest.audited).toHaveLength(1))
  expect(ingest.audited).toMatchObject([
    {
      action: 'access-refused',
      outcome: 'failure',
      actor: { user: 'anonymous', address: '127.0.0.1' },
      attributes: { 'http.route': '/ingest' },
    },
  ])
  expect(JSON.stringify(ingest.audited)).not.toContain(wrong)
})

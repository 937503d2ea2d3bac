import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { openDiskConsumer, openDiskPublisher } from '@heartwood/queue'
import { drain } from '@heartwood/queue/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bodyPool } from '../src/body-pool.ts'
import { batchIds } from '../src/new-batch-id.ts'
import { answerOf, runningIngest } from './running-ingest.ts'

const line = fc.string({ minLength: 1, maxLength: 60 }).filter((text) => /\S/.test(text))
const text = fc
  .tuple(fc.array(line, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 400 }))
  .map(([lines, times]) => Buffer.from(`${lines.join('\n')}\n`.repeat(times)))

test('a body is stored as it was sent, in whatever pieces and with or without its length', async () => {
  await using ingest = await runningIngest()
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.nat(), { maxLength: 6 }),
      async (plain, compress, withLength, cuts) => {
        const body = compress ? gzipSync(plain) : plain
        const places = [0, ...cuts.map((cut) => cut % body.length).sort((a, b) => a - b), body.length]
        const pieces = places.slice(1).flatMap((to, n) => {
          const piece = body.subarray(places[n], to)
          return piece.length > 0 ? [piece] : []
        })
        const socket = ingest.connect()
        const framing = withLength ? `Content-Length: ${body.length}` : 'Transfer-Encoding: chunked'
        socket.write(`POST /ingest HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${framing}\r\n\r\n`)
        for (const piece of pieces) {
          if (!withLength) socket.write(`${piece.length.toString(16)}\r\n`)
          socket.write(piece)
          if (!withLength) socket.write('\r\n')
          await new Promise((resolve) => setImmediate(resolve))
        }
        if (!withLength) socket.write('0\r\n\r\n')
        expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 200 /)
        const stored = (await ingest.records()).toSorted((a, b) =>
          a.header.batch_id < b.header.batch_id ? -1 : 1,
        )
        expect(Buffer.compare(stored.at(-1)?.body ?? Buffer.alloc(0), body)).toBe(0)
      },
    ),
    { numRuns: 40 },
  )
})

test('bodies that come at once are each on disk as they were sent, though their memory is used again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-ingest-'))
  try {
    const publisher = await openDiskPublisher({ dir: folder })
    const bodies = Array.from({ length: 120 }, (_, n) =>
      `${n} ${'x'.repeat(60 + n)}\n`.repeat(n % 7 === 0 ? 9_000 : 1_000),
    )
    {
      await using ingest = await runningIngest({ publisher })
      for (let from = 0; from < bodies.length; from += 30)
        await Promise.all(
          bodies.slice(from, from + 30).map(async (body) => {
            expect((await ingest.post('/ingest', body)).status).toBe(200)
          }),
        )
    }
    await publisher.close()
    const consumer = await openDiskConsumer({ dir: folder })
    const found = (await drain(consumer)).map((item) =>
      item.kind === 'record' ? Buffer.from(item.body).toString() : item.reason,
    )
    await consumer.close()
    expect(found.sort()).toEqual(bodies.toSorted())
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 60_000)

test('the largest body there may be is taken whole, and the memory of all others stays bounded meanwhile', async () => {
  const bytes = 8 * 1024 * 1024
  await using ingest = await runningIngest({ env: { HEARTWOOD_MAX_BODY_MB: '8' }, bufferBytes: 3 * bytes })
  const body = Buffer.alloc(bytes, 'a line of text as long as this one\n')
  const answers = await Promise.all(
    Array.from({ length: 6 }, async () => (await ingest.post('/ingest', body)).status),
  )
  expect(answers).toContain(200)
  for (const status of answers) expect([200, 429]).toContain(status)
  const stored = await ingest.records()
  expect(stored.length).toBe(answers.filter((status) => status === 200).length)
  for (const record of stored) expect(Buffer.compare(record.body, body)).toBe(0)
  expect(await ingest.app.metrics.metrics()).toContain('heartwood_ingest_buffered_bytes 0')
}, 60_000)

test('memory that is given back is given out again, once, and never to two at a time', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3_000_000 }))), (steps) => {
      const pool = bodyPool()
      const held: ReturnType<typeof pool.take>[] = []
      for (const [take, bytes] of steps) {
        if (take) {
          const taken = pool.take(bytes)
          expect(taken.bytes.length).toBe(bytes)
          for (const other of held) expect(other.bytes.buffer).not.toBe(taken.bytes.buffer)
          held.push(taken)
        } else {
          const given = held.shift()
          given?.[Symbol.dispose]()
          given?.[Symbol.dispose]()
        }
      }
    }),
    { numRuns: 50 },
  )
})

test('batch ids are UUIDv7 that grow, also within a millisecond and when the clock goes back', () => {
  let now = 1_750_000_000_000
  const next = batchIds(() => now)
  const ids = Array.from({ length: 1_000 }, (_, n) => {
    if (n % 100 === 0) now += n % 300 === 0 ? 1 : -1
    return next()
  })
  expect(ids).toEqual([...new Set(ids)].sort())
  for (const id of ids)
    expect(id).toMatch(/^01977[0-9a-f]{3}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

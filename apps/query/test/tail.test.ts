import type { ServerResponse } from 'node:http'
import { internalClient } from '@heartwood/runtime'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { errorOf, type Handler, otherApp, startQuery, type TestApp, TOKEN } from './query-app.ts'

/** A tail a test reads event by event; comments are events of the name `comment`. */
async function openTail(app: TestApp, parameters = '') {
  const client = new AbortController()
  const response = await app.get(`/api/v1/tail?${parameters}`, { signal: client.signal })
  const waiting: EventSourceMessage[] = []
  const parser = createParser({
    onEvent: (message) => void waiting.push(message),
    onComment: (data) => void waiting.push({ event: 'comment', data, id: undefined }),
  })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  return {
    response,
    leave: () => client.abort(),
    /** The next event, skipping comments unless one is asked for; undefined when the stream ended. */
    async next(event?: string): Promise<{ event: string; data: string } | undefined> {
      for (;;) {
        const message = waiting.shift()
        if (message === undefined) {
          const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
          if (done) return undefined
          parser.feed(value ?? '')
        } else if (event === undefined ? message.event !== 'comment' : message.event === event) {
          return { event: message.event ?? 'message', data: message.data }
        }
      }
    },
  }
}

/** An indexer whose open streams a test writes to. */
function tailingIndexer() {
  const asked: string[] = []
  const streams: ServerResponse[] = []
  let opened = Promise.withResolvers<ServerResponse>()
  const handler: Handler = (request, response, body) => {
    asked.push(`${request.method} ${request.url} ${body}`)
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    streams.push(response)
    opened.resolve(response)
  }
  return {
    handler,
    asked,
    /** The next stream the query app opens. */
    async stream(): Promise<ServerResponse> {
      const stream = await opened.promise
      opened = Promise.withResolvers()
      return stream
    },
  }
}

const stats = (shown: number, matched: number, skipped: number) =>
  `event: stats\ndata: ${JSON.stringify({ shown, matched, skipped, lag_ms: 3 })}\n\n`
const logs = (text: string) => `event: logs\ndata: ${JSON.stringify({ logs: [], text })}\n\n`

describe('GET /api/v1/tail', () => {
  test('passes on what the indexer sends for the narrowed query, untransformed', async () => {
    const indexer = tailingIndexer()
    await using app = await startQuery({ indexer: indexer.handler })
    const tail = await openTail(app, 'query=a%20OR%20b&service=checkout,cart&level=error&per_second=300')
    const stream = await indexer.stream()
    // In pieces that end inside an event.
    const sent = logs('é'.repeat(2_000)) + stats(1, 2, 3)
    for (let i = 0; i < sent.length; i += 777) stream.write(sent.slice(i, i + 777))
    expect(JSON.parse((await tail.next())?.data ?? '')).toEqual({ logs: [], text: 'é'.repeat(2_000) })
    expect(await tail.next()).toMatchObject({ event: 'stats' })
    expect(tail.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(tail.response.headers.get('cache-control')).toMatch(/no-transform/)
    expect(indexer.asked).toHaveLength(1)
    expect(indexer.asked[0]).toMatch(/^POST \/internal\/tail /)
    const { query, dataset, per_second } = JSON.parse(indexer.asked[0]?.replace(/^\S+ \S+ /, '') ?? '')
    expect(query).toBe('(a OR b) (service:checkout OR service:cart) level:error')
    expect(dataset).toBe('logs')
    expect(per_second).toBe(300)
    tail.leave()
  })

  test('asks the indexer for audit events only where they are asked for', async () => {
    const indexer = tailingIndexer()
    await using app = await startQuery({ indexer: indexer.handler })
    const tail = await openTail(app, 'dataset=audit&query=event.action:delete')
    await indexer.stream()
    expect(JSON.parse(indexer.asked[0]?.replace(/^\S+ \S+ /, '') ?? '')).toMatchObject({
      query: 'event.action:delete',
      dataset: 'audit',
    })
    expect((await app.get('/api/v1/tail?dataset=metrics')).status).toBe(400)
    tail.leave()
  })

  test('a wrong query is an error answer, not a stream', async () => {
    await using app = await startQuery({ indexer: tailingIndexer().handler })
    const response = await app.get('/api/v1/tail?query=(')
    expect(response.status).toBe(400)
    expect((await errorOf(response)).code).toBe('invalid_query')
  })

  test('when the client goes, the stream of the indexer ends', async () => {
    const indexer = tailingIndexer()
    await using app = await startQuery({ indexer: indexer.handler })
    const tail = await openTail(app)
    const stream = await indexer.stream()
    const closed = new Promise<void>((resolve) => void stream.once('close', resolve))
    tail.leave()
    await closed
    expect(app.logged).toEqual([])
  })

  test('an indexer that restarts is found again: a gap says so, and the counts go on', async () => {
    const indexer = tailingIndexer()
    await using app = await startQuery({ indexer: indexer.handler })
    const tail = await openTail(app)
    const first = await indexer.stream()
    first.write(stats(10, 20, 5))
    expect(JSON.parse((await tail.next())?.data ?? '')).toMatchObject({ shown: 10, matched: 20, skipped: 5 })
    // Dies in the middle of an event, which must not reach the client.
    first.write('event: logs\ndata: {"logs":[')
    first.destroy()
    const gap = await tail.next()
    expect(gap?.event).toBe('gap')
    expect(JSON.parse(gap?.data ?? '')).toEqual({ since: expect.any(String), reason: expect.any(String) })
    const second = await indexer.stream()
    second.write(stats(1, 2, 0))
    expect(JSON.parse((await tail.next())?.data ?? '')).toMatchObject({ shown: 11, matched: 22, skipped: 5 })
    tail.leave()
  })

  test('while the indexer is away there is one gap and a comment for each try, then it goes on', async () => {
    const indexer = tailingIndexer()
    await using gone = await otherApp(undefined)
    await using app = await startQuery({ indexerPort: gone.port })
    const tail = await openTail(app)
    expect((await tail.next())?.event).toBe('gap')
    for (let i = 0; i < 3; i++) expect((await tail.next('comment'))?.data).toMatch(/waiting/)
    await using _back = await otherApp(indexer.handler, gone.port)
    const stream = await indexer.stream()
    stream.write(logs('back'))
    expect(await tail.next()).toMatchObject({ event: 'logs' })
    tail.leave()
  })

  test('an indexer that hangs is dropped after its silence, with heartbeats until then', async () => {
    const indexer = tailingIndexer()
    await using app = await startQuery({
      indexer: indexer.handler,
      pace: { heartbeatMillis: 20, silenceMillis: 100, retryMillis: 20 },
    })
    const tail = await openTail(app)
    const hung = await indexer.stream()
    const dropped = new Promise<void>((resolve) => void hung.once('close', resolve))
    expect((await tail.next('comment'))?.data).toMatch(/heartwood tail/)
    expect((await tail.next('comment'))?.data).toMatch(/heartbeat/)
    expect(await tail.next()).toMatchObject({ event: 'gap', data: expect.stringMatching(/silent/) })
    await dropped
    tail.leave()
  })

  test('an error of the indexer ends the tail for good', async () => {
    const indexer = tailingIndexer()
    await using app = await startQuery({ indexer: indexer.handler })
    const tail = await openTail(app)
    const stream = await indexer.stream()
    stream.write('event: error\ndata: {"error":{"code":"unsupported_query","message":"no"}}\n\n')
    expect(await tail.next()).toMatchObject({ event: 'error' })
    expect(await tail.next()).toBeUndefined()
    expect(indexer.asked).toHaveLength(1)
  })

  test('a query that the indexer refuses is an error answer', async () => {
    await using app = await startQuery({
      indexer: (_request, response) =>
        void response
          .writeHead(400, { 'content-type': 'application/json' })
          .end('{"error":{"code":"unsupported_query","message":"not in a tail"}}'),
    })
    const response = await app.get('/api/v1/tail')
    expect(response.status).toBe(400)
    expect(await errorOf(response)).toEqual({ code: 'unsupported_query', message: 'not in a tail' })
  })

  test('a client that does not read holds the indexer’s stream back instead of filling memory', async () => {
    const indexer = tailingIndexer()
    await using app = await startQuery({
      indexer: indexer.handler,
      pace: { heartbeatMillis: 10_000, silenceMillis: 30_000, retryMillis: 20 },
    })
    const tail = await openTail(app)
    const stream = await indexer.stream()
    const chunk = logs('x'.repeat(100_000))
    let written = 0
    const LIMIT = 200_000_000
    // Writes until the stream stays full: then everything between here and the client is.
    while (written < LIMIT) {
      written += chunk.length
      if (!stream.write(chunk) && !(await drainedSoon(stream))) break
    }
    expect(written).toBeLessThan(LIMIT)
    // Once the client reads, it flows again.
    const drained = new Promise<void>((resolve) => void stream.once('drain', resolve))
    for (let read = 0; read < written / chunk.length / 2; read++) await tail.next('logs')
    await drained
    tail.leave()
  })

  test('more tails than allowed are too_many_queries, and one that ends makes room', async () => {
    const indexer = tailingIndexer()
    await using app = await startQuery({ indexer: indexer.handler, maxTails: 1 })
    const tail = await openTail(app)
    const stream = await indexer.stream()
    const refused = await app.get('/api/v1/tail')
    expect(refused.status).toBe(429)
    expect((await errorOf(refused)).code).toBe('too_many_queries')
    const closed = new Promise<void>((resolve) => void stream.once('close', resolve))
    tail.leave()
    await closed
    const again = await openTail(app)
    expect(again.response.status).toBe(200)
    again.leave()
  })

  test('tails end when the app stops', async () => {
    const indexer = tailingIndexer()
    await using app = await startQuery({ indexer: indexer.handler })
    const tail = await openTail(app)
    await indexer.stream()
    app.stopping.abort()
    expect(await tail.next()).toBeUndefined()
  })
})

describe('a tail over several indexers', () => {
  const line = (id: string) => `event: logs\ndata: {"logs":[{"id":"${id}","size":9007199254740993}]}\n\n`
  const idsIn = (data = '{"logs":[]}') =>
    z
      .object({ logs: z.array(z.object({ id: z.string() })) })
      .parse(JSON.parse(data))
      .logs.map(({ id }) => id)

  /** An app with indexers that come and go. */
  async function cluster(names: readonly string[]) {
    await using parts = new AsyncDisposableStack()
    const known = new Map<string, { indexer: ReturnType<typeof tailingIndexer>; port: number }>()
    const present = new Set(names)
    for (const name of ['a', 'b', 'c']) {
      const indexer = tailingIndexer()
      const { port } = parts.use(await otherApp(indexer.handler))
      known.set(name, { indexer, port })
    }
    const app = parts.use(
      await startQuery({
        indexers: () =>
          [...known].flatMap(([name, { port }]) =>
            present.has(name) ? [{ url: name, client: internalClient('indexer', port, TOKEN) }] : [],
          ),
      }),
    )
    const owned = parts.move()
    const indexer = (name: string) => {
      const found = known.get(name)
      if (found === undefined) throw new Error(`no indexer ${name}`)
      return found.indexer
    }
    return { app, present, indexer, [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose]() }
  }

  test('shows what each of them finds', async () => {
    await using run = await cluster(['a', 'b'])
    const tail = await openTail(run.app)
    const [a, b] = [await run.indexer('a').stream(), await run.indexer('b').stream()]
    a.write(line('1'))
    expect(idsIn((await tail.next())?.data)).toEqual(['1'])
    b.write(line('2'))
    expect(idsIn((await tail.next())?.data)).toEqual(['2'])
    tail.leave()
  })

  test('shows an event once that comes from two of them, and leaves the rest as it is, large integers too', async () => {
    await using run = await cluster(['a', 'b'])
    const tail = await openTail(run.app)
    const [a, b] = [await run.indexer('a').stream(), await run.indexer('b').stream()]
    a.write(line('1'))
    expect(idsIn((await tail.next())?.data)).toEqual(['1'])
    b.write(line('1'))
    b.write('event: logs\ndata: {"logs":[{"id":"1"},{"id":"2","size":9007199254740993},{"id":"2"}]}\n\n')
    expect((await tail.next())?.data).toBe('{"logs":[{"id":"2","size":9007199254740993}]}')
    tail.leave()
  })

  test('tells one sum of all their counts, without what came twice, and the largest lag', async () => {
    await using run = await cluster(['a', 'b'])
    const tail = await openTail(run.app)
    const [a, b] = [await run.indexer('a').stream(), await run.indexer('b').stream()]
    a.write(line('1'))
    await tail.next()
    b.write(line('1') + line('2'))
    await tail.next()
    a.write(stats(10, 20, 5))
    b.write(`event: stats\ndata: {"shown":2,"matched":3,"skipped":1,"lag_ms":700}\n\n`)
    const sum = { shown: 11, matched: 22, skipped: 6, lag_ms: 700 }
    expect(JSON.parse((await tail.next())?.data ?? '')).toEqual(sum)
    // One that says nothing more does not keep the others from being told.
    a.write(stats(11, 21, 5))
    a.write(stats(12, 22, 5))
    expect(JSON.parse((await tail.next())?.data ?? '')).toEqual({ ...sum, shown: 13, matched: 24 })
    tail.leave()
  })

  test('follows one that joins, says that lines may be missing before it, and keeps the counts of one that leaves', async () => {
    await using run = await cluster(['a'])
    const tail = await openTail(run.app)
    const a = await run.indexer('a').stream()
    a.write(stats(5, 5, 0))
    expect(await tail.next()).toMatchObject({ event: 'stats' })
    run.present.add('b')
    expect(await tail.next()).toMatchObject({ event: 'gap', data: expect.stringMatching(/joined/) })
    const b = await run.indexer('b').stream()
    b.write(line('1'))
    expect(idsIn((await tail.next())?.data)).toEqual(['1'])
    const closed = new Promise<void>((resolve) => void a.once('close', resolve))
    run.present.delete('a')
    expect(await tail.next()).toMatchObject({ event: 'gap', data: expect.stringMatching(/left/) })
    await closed
    b.write(stats(1, 1, 0))
    expect(JSON.parse((await tail.next())?.data ?? '')).toMatchObject({ shown: 6, matched: 6 })
    tail.leave()
  })

  test('one that dies is a gap, and the others go on meanwhile', async () => {
    await using run = await cluster(['a', 'b'])
    const tail = await openTail(run.app)
    const [a, b] = [await run.indexer('a').stream(), await run.indexer('b').stream()]
    a.destroy()
    expect(await tail.next()).toMatchObject({ event: 'gap' })
    b.write(line('1'))
    expect(idsIn((await tail.next('logs'))?.data)).toEqual(['1'])
    tail.leave()
  })

  test('one that dies and is then known to be gone is one gap', async () => {
    await using run = await cluster(['a', 'b'])
    const tail = await openTail(run.app)
    const [a, b] = [await run.indexer('a').stream(), await run.indexer('b').stream()]
    const again = run.indexer('a').stream()
    a.destroy()
    expect(await tail.next()).toMatchObject({ event: 'gap' })
    // It is tried again, in vain.
    ;(await again).destroy()
    const closing = await run.indexer('a').stream()
    const closed = new Promise<void>((resolve) => void closing.once('close', resolve))
    run.present.delete('a')
    await closed
    b.write(line('1'))
    const seen: string[] = []
    for (let next = await tail.next(); next?.event !== 'logs'; next = await tail.next())
      seen.push(next?.data ?? '')
    expect(seen.filter((data) => data.includes('left'))).toEqual([])
    tail.leave()
  })

  test('without any it waits, says so, and shows the first that comes', async () => {
    await using run = await cluster([])
    const tail = await openTail(run.app)
    expect(await tail.next()).toMatchObject({ event: 'gap' })
    expect((await tail.next('comment'))?.data).toMatch(/waiting/)
    run.present.add('c')
    const c = await run.indexer('c').stream()
    c.write(line('1'))
    expect(idsIn((await tail.next('logs'))?.data)).toEqual(['1'])
    tail.leave()
  })

  test('what one of them refuses is an error answer, also where another would take it', async () => {
    await using refusing = await otherApp(
      (_request, response) =>
        void response
          .writeHead(400, { 'content-type': 'application/json' })
          .end('{"error":{"code":"unsupported_query","message":"not in a tail"}}'),
    )
    const taking = tailingIndexer()
    await using other = await otherApp(taking.handler)
    const indexers = [other, refusing].map(({ port }) => ({
      url: String(port),
      client: internalClient('indexer', port, TOKEN),
    }))
    await using app = await startQuery({ indexers: () => indexers })
    const response = await app.get('/api/v1/tail')
    expect((await errorOf(response)).code).toBe('unsupported_query')
  })
})

/** Whether the stream takes more within a quarter of a second. */
function drainedSoon(stream: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 250)
    stream.once('drain', () => {
      clearTimeout(timer)
      resolve(true)
    })
  })
}

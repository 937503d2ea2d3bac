import { exactTransformer, SearchOutput } from '@heartwood/api'
import { LogStoreError } from '@heartwood/log-store'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { event, someEvents } from './events.ts'
import { startQuery, type TestApp } from './query-app.ts'

const Answer = z.object({ result: z.object({ data: z.unknown() }) })
const Refusal = z.object({
  error: z.object({
    json: z.object({ message: z.string(), data: z.looseObject({ error: z.looseObject({}) }) }),
  }),
})

function ask(app: TestApp, procedure: string, input?: unknown): Promise<Response> {
  const given = input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`
  return app.get(`/api/trpc/${procedure}${given}`)
}

async function refusal(response: Response) {
  return Refusal.parse(await response.json()).error.json
}

describe('/api/trpc', () => {
  test('answers the same as REST, with every digit of big integers', async () => {
    await using app = await startQuery()
    await app.append([...someEvents(30), event('big', { attributes: { order: 9_007_199_254_740_993n } })])
    const response = await ask(app, 'search', { query: '*' })
    expect(response.status).toBe(200)
    const { result } = Answer.parse(await response.json())
    const answer = SearchOutput.parse(exactTransformer.deserialize(result.data))
    expect(answer.total).toBe(31)
    expect(answer.logs.find(({ id }) => id === 'big')?.attributes).toEqual({ order: 9_007_199_254_740_993n })
  })

  test('a delete is a mutation: a GET does not delete', async () => {
    let deleted = 0
    await using app = await startQuery({
      indexer: (_request, response) => {
        deleted++
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"deleted":2}')
      },
    })
    const input = { query: '*', from_time: 'now-1h', to_time: 'now' }
    expect((await ask(app, 'delete', input)).status).toBe(405)
    expect(deleted).toBe(0)
    const response = await app.get('/api/trpc/delete', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ json: input }),
    })
    expect(response.status).toBe(200)
    expect(deleted).toBe(1)
  })

  test('a wrong query comes with its spans, a wrong parameter with its name', async () => {
    await using app = await startQuery()
    const query = await ask(app, 'search', { query: 'a AND (' })
    expect(query.status).toBe(400)
    expect((await refusal(query)).data.error).toMatchObject({
      code: 'invalid_query',
      spans: [{ start: expect.any(Number), end: expect.any(Number) }],
    })
    const parameter = await ask(app, 'search', { limit: 0, colour: 'red' })
    expect(parameter.status).toBe(400)
    expect((await refusal(parameter)).data.error).toMatchObject({
      code: 'invalid_parameter',
      parameters: ['limit', 'colour'],
    })
  })

  test('errors of the store keep status and Retry-After', async () => {
    await using app = await startQuery({
      reader: () => ({
        search: () => Promise.reject(new LogStoreError('busy', 'two heavy queries are running')),
      }),
    })
    const response = await ask(app, 'search', {})
    expect(response.status).toBe(429)
    expect(response.headers.get('retry-after')).toBe('1')
    expect((await refusal(response)).data.error).toMatchObject({ code: 'too_many_queries' })
  })

  test('a fault names its request and neither its text nor its stack', async () => {
    await using app = await startQuery({
      reader: () => ({ search: () => Promise.reject(new Error('secret')) }),
    })
    const response = await ask(app, 'search', {})
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(text).not.toContain('secret')
    expect(text).not.toContain('.ts:')
    const [line] = app.logged
    expect(line).toMatchObject({ err: { message: 'secret' } })
    expect(text).toContain(String(line?.request))
  })

  test('a client that goes away ends its question', async () => {
    const started = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    await using app = await startQuery({
      reader: () => ({
        search: ({ signal }) => {
          signal?.addEventListener('abort', () => ended.resolve())
          started.resolve()
          return new Promise(() => {})
        },
      }),
    })
    const client = new AbortController()
    const answer = app
      .get('/api/trpc/search?input=%7B%22json%22%3A%7B%7D%7D', { signal: client.signal })
      .catch(() => 'gone')
    await started.promise
    client.abort()
    expect(await answer).toBe('gone')
    await ended.promise
    expect((await ask(app, 'status')).status).toBe(200)
    expect(app.logged).toEqual([])
  })

  test.each([
    ['no JSON', 'search?input=%7B'],
    ['JSON of another shape', 'search?input=5'],
    ['null', 'search?input=null'],
    [
      'a made-up list of big integers',
      `search?input=${encodeURIComponent('{"json":{"limit":"x"},"big":[["limit"],[]]}')}`,
    ],
    ['no such procedure', 'nothing'],
    ['a batch larger than allowed', `${Array(21).fill('status').join(',')}?batch=1`],
  ])('%s is answered with 4xx', async (_what, path) => {
    await using app = await startQuery()
    const response = await app.get(`/api/trpc/${path}`)
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(response.status).toBeLessThan(500)
    expect(app.logged).toEqual([])
  })
})

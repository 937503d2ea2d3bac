import { AlertsOutput, BatchOutput, DeadLettersOutput, DeleteOutput, StatusOutput } from '@heartwood/api'
import { LogStoreError, type LogStoreErrorCode } from '@heartwood/log-store'
import { describe, expect, test } from 'vitest'
import { NOW, someEvents } from './events.ts'
import { errorOf, type Handler, startQuery, type TestApp } from './query-app.ts'

const json = (body: unknown, status = 200): Handler => {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
}

describe('GET /api/v1/batches/{id}', () => {
  test('a batch the store has a receipt of is searchable, whatever its id looks like', async () => {
    await using app = await startQuery()
    const batch_id = `a/b?c=d&é%2F ${'x'.repeat(180)}`
    await app.append([], { batches: [{ batch_id, received_at: NOW, events: 7, dead_letters: 1 }] })
    const response = await app.get(`/api/v1/batches/${encodeURIComponent(batch_id)}`)
    expect(BatchOutput.parse(await response.json())).toEqual({
      batch_id,
      state: 'searchable',
      received_at: '2026-01-01T00:00:00.123456789Z',
      events: 7,
      dead_letters: 1,
    })
  })

  test('a batch that only the indexer knows is queued', async () => {
    const asked: string[] = []
    await using app = await startQuery({
      indexer: (request, response, body) => {
        asked.push(request.url ?? '')
        json({ state: 'queued', received_at: '2026-01-01T00:00:00Z' })(request, response, body)
      },
    })
    const response = await app.get('/api/v1/batches/a%2Fb')
    expect(await response.json()).toEqual({
      batch_id: 'a/b',
      state: 'queued',
      received_at: '2026-01-01T00:00:00Z',
      events: null,
      dead_letters: null,
    })
    expect(asked).toEqual(['/internal/batches/a%2Fb'])
  })

  test('a batch that becomes searchable between the two questions is found', async () => {
    await using app = await startQuery({
      indexer: async (_request, response) => {
        await app.append([], {
          batches: [{ batch_id: 'late', received_at: NOW, events: 1, dead_letters: 0 }],
        })
        response.writeHead(404).end()
      },
    })
    const response = await app.get('/api/v1/batches/late')
    expect(await response.json()).toMatchObject({ state: 'searchable', events: 1 })
  })

  test('a batch nobody knows is not_found', async () => {
    await using app = await startQuery({ indexer: json({}, 404) })
    const response = await app.get('/api/v1/batches/none')
    expect(response.status).toBe(404)
    expect((await errorOf(response)).code).toBe('not_found')
  })

  test('while the indexer is down an unknown batch is unavailable, not "not found"', async () => {
    await using app = await startQuery()
    const response = await app.get('/api/v1/batches/maybe')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    expect((await errorOf(response)).message).toMatch(/indexer/)
  })
})

describe('POST /api/v1/delete', () => {
  const post = (body: unknown) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

  test('a dry run counts and never reaches the indexer', async () => {
    let reached = false
    await using app = await startQuery({
      indexer: (_request, response) => {
        reached = true
        response.end()
      },
    })
    await app.append(someEvents(100))
    const question = { query: 'status:500', from_time: 'now-1h', to_time: 'now', dry_run: true }
    const answer = DeleteOutput.parse(await (await app.get('/api/v1/delete', post(question))).json())
    expect(answer).toMatchObject({ matched: 20, deleted: 0, dry_run: true })
    expect(reached).toBe(false)
  })

  test('a real one goes to the indexer with its times resolved', async () => {
    const asked: unknown[] = []
    await using app = await startQuery({
      indexer: (request, response, body) => {
        asked.push([request.method, request.url, JSON.parse(body)])
        json({ deleted: 5 })(request, response, body)
      },
    })
    const question = { query: 'status:500', from_time: 'beginning', to_time: 'now-1h' }
    const answer = DeleteOutput.parse(await (await app.get('/api/v1/delete', post(question))).json())
    expect(answer).toMatchObject({ matched: 5, deleted: 5, dry_run: false })
    expect(asked).toEqual([
      [
        'POST',
        '/internal/delete',
        {
          query: 'status:500',
          from: `${-(2n ** 63n)}`,
          to: `${NOW - 3_600_000_000_000n}`,
          accepted_before: `${NOW}`,
        },
      ],
    ])
  })

  test.each([
    ['no range', { query: '*' }],
    ['no query', { from_time: 'now-1h', to_time: 'now' }],
    ['a blank query', { query: '  ', from_time: 'now-1h', to_time: 'now' }],
    ['a wrong query', { query: 'a AND (', from_time: 'now-1h', to_time: 'now' }],
    ['an unknown field', { query: '*', from_time: 'now-1h', to_time: 'now', dryrun: true }],
    ['a list', []],
    ['nothing', null],
  ])('%s is refused before anything is deleted', async (_what, body) => {
    await using app = await startQuery({ indexer: json({ deleted: 1 }) })
    expect((await app.get('/api/v1/delete', post(body))).status).toBe(400)
  })

  test('the error of the indexer comes through with its code', async () => {
    await using app = await startQuery({
      indexer: json({ error: { code: 'disk_full', message: 'no space for the rewritten files' } }, 507),
    })
    const question = { query: '*', from_time: 'now-1h', to_time: 'now' }
    const response = await app.get('/api/v1/delete', post(question))
    expect(response.status).toBe(507)
    expect((await errorOf(response)).message).toBe('no space for the rewritten files')
  })
})

describe('what else is asked', () => {
  test('dead letters are paged by next_before, each once', async () => {
    await using app = await startQuery()
    const letters = Array.from({ length: 25 }, (_, i) => ({
      id: `d-${i}`,
      at: '2026-01-01T00:00:00Z',
      door: 'json',
      step: 'decode',
      reason: 'no JSON',
      sample: '{',
      records: 1,
      attempts: 1,
    }))
    await app.append([], { deadLetters: letters })
    const found: string[] = []
    let before = ''
    for (let page = 0; page < 10; page++) {
      const response = await app.get(`/api/v1/dead-letters?limit=10${before}`)
      const { items, total, next_before } = DeadLettersOutput.parse(await response.json())
      expect(total).toBe(25)
      found.push(...items.map(({ id }) => id))
      if (next_before === null) break
      before = `&before=${next_before}`
    }
    expect(found.toSorted()).toEqual(letters.map(({ id }) => id).toSorted())
    expect(found[0]).toBe('d-24')
  })

  test('a log that is not there is not_found', async () => {
    await using app = await startQuery()
    const response = await app.get('/api/v1/logs/none')
    expect(response.status).toBe(404)
    expect((await errorOf(response)).code).toBe('not_found')
  })

  test('status says what is stored, and leaves the backlog open while the indexer is down', async () => {
    await using app = await startQuery()
    await app.append(someEvents(3))
    const status = StatusOutput.parse(await (await app.get('/api/v1/status')).json())
    expect(status).toMatchObject({
      events: 3,
      backlog_bytes: null,
      searchable_delay_ms: null,
      ingest_url: 'http://127.0.0.1:4318',
    })
  })

  test('status says how long the oldest log waits that is accepted and cannot be found yet', async () => {
    await using app = await startQuery({
      indexer: (_request, response) => void response.end(JSON.stringify({ backlog_bytes: 5, lag_ms: 7_250 })),
    })
    const status = StatusOutput.parse(await (await app.get('/api/v1/status')).json())
    expect(status).toMatchObject({ backlog_bytes: 5, searchable_delay_ms: 7_250 })
  })

  test('alerts come from the alerter; while it is down they are unavailable', async () => {
    const rule = {
      name: 'errors',
      severity: 'critical',
      query: 'level:error',
      condition: 'more than 1,000 events in 5m',
      state: 'firing',
      since: '2026-01-01T00:00:00Z',
      value: 1_234,
      evaluated_at: '2026-01-01T00:00:00Z',
      logs: { from_time: '2025-12-31T23:55:00Z', to_time: '2026-01-01T00:00:00Z' },
      error: null,
    } as const
    await using app = await startQuery({ alerter: json({ rules: [rule] }) })
    expect(AlertsOutput.parse(await (await app.get('/api/v1/alerts')).json())).toEqual({ rules: [rule] })
    await using odd = await startQuery({ alerter: json({ rules: 'none' }) })
    for (const path of ['/api/v1/alerts', '/api/trpc/alerts']) {
      const answer = await odd.get(path)
      expect(answer.status).toBe(500)
      expect(await answer.text()).toContain('"code":"internal"')
    }
    await using alone = await startQuery()
    const response = await alone.get('/api/v1/alerts')
    expect(response.status).toBe(503)
    expect(await errorOf(response)).toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/alerter/),
    })
  })
})

describe('the demo', () => {
  const RUNNING = { state: 'running', progress: 1, opened_at: '2026-01-01T00:00:00Z', own_logs: false }
  const post = (app: TestApp, path: string) =>
    app.get(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })

  test('is off where there is none, and deleting it deletes what an earlier one left', async () => {
    const asked: string[] = []
    await using app = await startQuery({
      indexer: (_request, response, body) => {
        asked.push(JSON.parse(body).query)
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"deleted":12}')
      },
    })
    expect(await (await app.get('/api/v1/demo')).json()).toMatchObject({ state: 'off' })
    expect(await (await post(app, '/api/v1/demo/stop')).json()).toMatchObject({ state: 'off' })
    expect(await (await post(app, '/api/v1/demo/delete')).json()).toEqual({ deleted: 12 })
    expect(asked).toEqual(['environment:demo'])
  })

  test('answers for itself, and is not asked any more once it was deleted', async () => {
    const asked: (string | undefined)[] = []
    await using app = await startQuery({
      demo: (request, response) => {
        asked.push(request.url)
        const answer = request.url === '/internal/demo/delete' ? { deleted: 7 } : RUNNING
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      },
    })
    expect(await (await app.get('/api/v1/demo')).json()).toEqual(RUNNING)
    expect(await (await post(app, '/api/v1/demo/delete')).json()).toEqual({ deleted: 7 })
    expect(await (await app.get('/api/v1/demo')).json()).toMatchObject({ state: 'off' })
    expect(asked).toEqual(['/internal/demo', '/internal/demo/delete'])
  })

  test('that looks whether it may begin is opening', async () => {
    await using app = await startQuery({ demo: (_request, response) => void response.writeHead(503).end() })
    expect(await (await app.get('/api/v1/demo')).json()).toMatchObject({ state: 'opening', progress: 0 })
  })
})

describe('limits', () => {
  const never = () => new Promise<never>(() => {})

  test('a question over its time is query_timeout, also when the store does not listen', async () => {
    await using app = await startQuery({
      reader: () => ({ search: never }),
      limits: { questionMillis: 50, streamMillis: 50, deleteMillis: 50 },
    })
    const response = await app.get('/api/v1/search')
    expect(response.status).toBe(504)
    expect((await errorOf(response)).code).toBe('query_timeout')
  })

  test('a client that goes away ends its question, and nothing is logged as a fault', async () => {
    const started = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    await using app = await startQuery({
      reader: () => ({
        search: ({ signal }) => {
          started.resolve()
          return new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => {
              ended.resolve()
              reject(new LogStoreError('aborted', 'aborted'))
            })
          })
        },
      }),
    })
    const client = new AbortController()
    const answer = app.get('/api/v1/search', { signal: client.signal }).catch((error: Error) => error.name)
    await started.promise
    client.abort()
    expect(await answer).toBe('AbortError')
    await ended.promise
    expect((await app.get('/api/v1/status')).status).toBe(200)
    expect(app.logged).toEqual([])
  })

  test('what still runs for a question is ended once one part of it failed', async () => {
    const ended = Promise.withResolvers<void>()
    await using app = await startQuery({
      reader: () => ({
        histogram: ({ signal }) => {
          signal?.addEventListener('abort', () => ended.resolve())
          return never()
        },
        top: () => Promise.reject(new LogStoreError('busy', 'two heavy queries are running')),
      }),
    })
    expect((await app.get('/api/v1/aggregate')).status).toBe(429)
    await ended.promise
  })

  test.each<[LogStoreErrorCode, number, string]>([
    ['corrupt', 500, 'store_corrupt'],
    ['newer_format', 503, 'unavailable'],
    ['unsupported', 400, 'unsupported_query'],
    ['timeout', 504, 'query_timeout'],
    ['busy', 429, 'too_many_queries'],
    ['closed', 503, 'unavailable'],
    ['disk_full', 507, 'disk_full'],
    ['superseded', 500, 'internal'],
  ])('a store error %s is answered with %i %s', async (code, status, answered) => {
    await using app = await startQuery({
      reader: () => ({ search: () => Promise.reject(new LogStoreError(code, 'segment 7 is missing')) }),
    })
    const response = await app.get('/api/v1/search')
    expect(response.status).toBe(status)
    const error = await errorOf(response)
    expect(error.code).toBe(answered)
    if (code === 'busy') expect(response.headers.get('retry-after')).toBe('1')
    if (code === 'corrupt') expect(error.message).toBe('segment 7 is missing')
  })

  test('a fault is answered with a request id that its log line has, and without its text', async () => {
    await using app = await startQuery({
      reader: () => ({ search: () => Promise.reject(new Error('secret')) }),
    })
    const response = await app.get('/api/v1/search')
    expect(response.status).toBe(500)
    const { code, message } = await errorOf(response)
    expect(code).toBe('internal')
    expect(message).not.toContain('secret')
    const [line] = app.logged
    expect(line).toMatchObject({ err: { message: 'secret' } })
    expect(message).toContain(String(line?.request))
  })
})

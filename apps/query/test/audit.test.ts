import { SearchOutput } from '@heartwood/api'
import { ACTOR_HEADER, type Actor, actorHeader } from '@heartwood/audit'
import { AppError } from '@heartwood/runtime'
import { describe, expect, test } from 'vitest'
import { event, someEvents } from './events.ts'
import { startQuery, type TestApp } from './query-app.ts'

const OWNER: Actor = {
  user: 'owner',
  authentication: 'token',
  token_fingerprint: '0123456789ab',
  address: '10.0.0.9',
  user_agent: 'curl/8',
}

/** As the page's app asks for somebody. */
function as(actor: Actor, init: RequestInit = {}): RequestInit {
  return { ...init, headers: { ...init.headers, [ACTOR_HEADER]: actorHeader(actor) } }
}

const post = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const get = async (app: TestApp, path: string, init?: RequestInit) => {
  const response = await app.get(path, init)
  await response.text()
  return response
}

describe('what is asked is on the record', () => {
  test('with who asked, what was asked, and how many were found', async () => {
    await using app = await startQuery()
    await app.append(someEvents(30))
    await get(
      app,
      '/api/v1/search?query=level:error&service=cart&from_time=now-2h',
      as(OWNER, { headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } }),
    )
    expect(app.audit.events).toMatchObject([
      {
        action: 'search',
        outcome: 'success',
        message: 'search: level:error',
        actor: OWNER,
        requestId: expect.stringMatching(/-\d+$/),
        traceId: '0af7651916cd43dd8448eb211c80319c',
        attributes: {
          'heartwood.query': 'level:error',
          'heartwood.service': 'cart',
          'heartwood.from_time': 'now-2h',
          'heartwood.to_time': 'now',
          'heartwood.dataset': 'logs',
          'heartwood.found': expect.any(Number),
        },
      },
    ])
  })

  test('over every way that tells something of the logs', async () => {
    await using app = await startQuery()
    await app.append([event('b-1', { attributes: { ms: 3 } })])
    for (const path of [
      'search?total=none',
      'search/stream',
      'export?format=csv',
      'aggregate',
      'percentiles?field=ms',
      'patterns',
      'compare',
      'logs/b-1',
      'logs/b-1/context',
      'dead-letters',
    ])
      await get(app, `/api/v1/${path}`, as(OWNER))
    await get(app, `/api/trpc/search?input=${encodeURIComponent('{"json":{"query":"x"}}')}`, as(OWNER))
    expect(app.audit.events.map(({ action }) => action)).toEqual([
      'search',
      'search',
      'export',
      'aggregate',
      'percentiles',
      'patterns',
      'compare',
      'read-log',
      'read-context',
      'read-dead-letters',
      'search',
    ])
    expect(app.audit.events.every(({ actor }) => actor?.token_fingerprint === '0123456789ab')).toBe(true)
  })

  test('a question that is refused is a failure with its reason', async () => {
    await using app = await startQuery()
    await get(app, `/api/v1/search?query=${encodeURIComponent('level:(')}`, as(OWNER))
    expect(app.audit.events).toMatchObject([
      { action: 'search', outcome: 'failure', attributes: { 'error.code': 'invalid_query' } },
    ])
  })

  test('the same question again is counted; another client, or another question, is not the same', async () => {
    await using app = await startQuery()
    for (let count = 0; count < 5; count++) await get(app, '/api/v1/search?query=a', as(OWNER))
    await get(app, '/api/v1/search?query=b', as(OWNER))
    await get(app, '/api/v1/search?query=a', as({ ...OWNER, address: '10.0.0.10' }))
    expect(app.audit.events).toHaveLength(3)
    await app[Symbol.asyncDispose]()
    expect(app.audit.events.map(({ message }) => message)).toEqual([
      'search: a',
      'search: b',
      'search: a',
      'search: a (4 more times)',
    ])
  })

  test('what apps of the product read for themselves is not, nor how the product does', async () => {
    await using app = await startQuery()
    await get(app, '/api/v1/search')
    for (const path of ['status', 'storage', 'fields', 'system']) await get(app, `/api/v1/${path}`, as(OWNER))
    expect(app.audit.events).toEqual([])
  })

  test('nobody from outside can pass for an app: what cannot be read says nothing', async () => {
    await using app = await startQuery()
    await get(app, '/api/v1/search', { headers: { [ACTOR_HEADER]: 'no base64 of an actor' } })
    expect(app.audit.events).toEqual([])
  })
})

describe('what changes something is on the record', () => {
  const DELETE = post({ query: 'service:cart', from_time: 'now-1h', to_time: 'now' })

  test('before it is passed on, and with its count when it has ended', async () => {
    const recorded: number[] = []
    await using app: TestApp = await startQuery({
      indexer: (_request, response) => {
        recorded.push(app.audit.events.length)
        response.end(JSON.stringify({ deleted: 3 }))
      },
    })
    await get(app, '/api/v1/delete', as(OWNER, DELETE))
    expect(recorded).toEqual([1])
    const [asked, done] = app.audit.events
    expect(asked).toMatchObject({
      action: 'delete',
      outcome: 'unknown',
      actor: OWNER,
      attributes: { 'heartwood.query': 'service:cart', 'heartwood.from_time': 'now-1h' },
    })
    expect(done).toMatchObject({
      action: 'delete',
      outcome: 'success',
      requestId: asked?.requestId,
      attributes: { 'heartwood.deleted': 3, 'event.duration': expect.any(Number) },
    })
  })

  test('as a failure where it fails', async () => {
    await using app = await startQuery()
    expect((await get(app, '/api/v1/delete', as(OWNER, DELETE))).status).toBe(503)
    expect(app.audit.events.map(({ outcome }) => outcome)).toEqual(['unknown', 'failure'])
    expect(app.audit.events[1]?.attributes).toMatchObject({ 'error.code': 'unavailable' })
  })

  test('also where an app of the product asks for it', async () => {
    await using app = await startQuery({
      indexer: (_request, response) => void response.end(JSON.stringify({ deleted: 0 })),
    })
    await get(app, '/api/v1/delete', DELETE)
    expect(app.audit.events.map(({ actor }) => actor?.user)).toEqual(['heartwood', 'heartwood'])
  })

  test('a dry run only counts, and is one event', async () => {
    await using app = await startQuery()
    await app.append([event('b-1', { service: 'cart' })])
    const dry = post({ query: 'service:cart', from_time: 'now-1h', to_time: 'now', dry_run: true })
    await get(app, '/api/v1/delete', as(OWNER, dry))
    expect(app.audit.events).toMatchObject([
      {
        action: 'delete',
        outcome: 'success',
        attributes: { 'heartwood.dry_run': true, 'heartwood.matched': 1 },
      },
    ])
  })

  test('letters that are dismissed and replayed, with which and how many', async () => {
    await using app = await startQuery({
      indexer: (_request, response) => void response.end(JSON.stringify({ dismissed: 2 })),
    })
    await get(app, '/api/v1/dead-letters/dismiss', as(OWNER, post({ step: 'decode' })))
    await get(app, '/api/v1/dead-letters/replay', as(OWNER, post({ all: true })))
    expect(app.audit.events).toMatchObject([
      { action: 'dismiss-dead-letters', outcome: 'unknown' },
      {
        action: 'dismiss-dead-letters',
        outcome: 'success',
        attributes: { 'heartwood.letter.step': 'decode', 'heartwood.dismissed': 2 },
      },
      { action: 'replay-dead-letters', outcome: 'unknown' },
      { action: 'replay-dead-letters', outcome: 'success', attributes: { 'heartwood.matched': 0 } },
    ])
  })
})

describe('dataset=audit', () => {
  test('asks the store of audit events, and no other question finds them', async () => {
    await using app = await startQuery()
    await app.append([event('log', { message: 'a log' })])
    await app.appendAudit([event('audit', { message: 'search: *', service: 'heartwood' })])
    const idsOf = async (path: string) =>
      SearchOutput.parse(await (await app.get(path)).json()).logs.map(({ id }) => id)
    expect(await idsOf('/api/v1/search')).toEqual(['log'])
    expect(await idsOf('/api/v1/search?dataset=logs')).toEqual(['log'])
    expect(await idsOf('/api/v1/search?dataset=audit')).toEqual(['audit'])
    expect((await get(app, '/api/v1/logs/audit')).status).toBe(404)
    expect((await get(app, '/api/v1/logs/audit?dataset=audit')).status).toBe(200)
    const counted = await (await app.get('/api/v1/aggregate?dataset=audit&by=service')).json()
    expect(counted).toMatchObject({ total: 1, top: [{ value: 'heartwood', count: 1 }] })
  })

  test('a cursor of one store is none of the other', async () => {
    await using app = await startQuery()
    await app.append(someEvents(5))
    const first = SearchOutput.parse(await (await app.get('/api/v1/search?limit=2')).json())
    const again = await get(
      app,
      `/api/v1/search?limit=2&dataset=audit&cursor=${encodeURIComponent(first.next_cursor ?? '')}`,
    )
    expect(again.status).toBe(400)
  })

  test('a store that cannot be opened is an error of these questions alone', async () => {
    await using app = await startQuery({
      auditReader: async () => {
        throw new AppError('unavailable', 'the audit store cannot be opened')
      },
    })
    expect((await get(app, '/api/v1/search?dataset=audit')).status).toBe(503)
    expect((await get(app, '/api/v1/search')).status).toBe(200)
  })

  test('no delete takes it', async () => {
    await using app = await startQuery()
    const body = { query: '*', from_time: 'now-1h', to_time: 'now', dataset: 'audit' }
    expect((await get(app, '/api/v1/delete', post(body))).status).toBe(400)
  })
})

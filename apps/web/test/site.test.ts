import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { makeSession, SESSION_COOKIE } from '@heartwood/access'
import { exactTransformer } from '@heartwood/api'
import {
  ACTOR_HEADER,
  type Actor,
  actorOf,
  memoryTrail,
  repeatTrail,
  tokenFingerprint,
} from '@heartwood/audit'
import type { App } from '@heartwood/runtime'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { onLoopback } from '../../../scripts/stack/on-loopback.ts'
import { accessAudit } from '../src/server/access-audit.ts'
import { streamingProxy } from '../src/server/proxy.ts'
import { localPath } from '../src/server/sign-in.ts'
import { serveSite } from '../src/server/site.ts'

const TrpcAnswer = z.object({ error: z.unknown() })
const TOKEN = 'a-token-of-at-least-thirty-two-characters'
type Handler = (request: IncomingMessage, response: ServerResponse) => void

const listening = (handler: Handler) => onLoopback(createServer(handler))

/** The public port with a stand-in for Next's pages, before a query app and an ingest that are run here. */
async function site(options: {
  token?: string
  query?: Handler
  queryPorts?: number[]
  ingest?: Handler
  ingestPorts?: number[]
}) {
  const query = await listening(options.query ?? ((_request, response) => response.end('{}')))
  const log = { warn: vi.fn(), error: vi.fn() }
  const ingest = await listening(options.ingest ?? ((_request, response) => response.end('{}')))
  const at = { maxBodyBytes: 1024 * 1024 }
  const urlOf = (port: number) => `http://127.0.0.1:${port}`
  const toQuery = streamingProxy(
    {
      ...at,
      name: 'query',
      urls: () => (options.queryPorts ?? [query.port]).map(urlOf),
      headers: { 'x-heartwood-internal': 'internal-token' },
    },
    log,
  )
  const toIngest = streamingProxy(
    {
      ...at,
      name: 'ingest',
      urls: () => (options.ingestPorts ?? [ingest.port]).map(urlOf),
      headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
    },
    log,
  )
  const app = {
    access: { host: '127.0.0.1', token: options.token, allowedHosts: new Set<string>() },
    log,
    metrics: { contentType: 'text/plain', metrics: async () => 'up 1\n' },
    notReady: new Map<string, string>(),
    stopping: { stopping: false },
  } as unknown as App
  const trail = memoryTrail()
  const refusals = repeatTrail(trail, () => 0)
  const web = await listening(
    serveSite({
      app,
      audit: accessAudit(trail, refusals),
      dev: false,
      api: toQuery.forward,
      ingest: toIngest.forward,
      pages: async (_request, response) => void response.end('<page>'),
    }),
  )
  return {
    url: web.url,
    port: web.port,
    app,
    audited: trail.events,
    endRefusals: () => refusals[Symbol.asyncDispose](),
    async [Symbol.asyncDispose]() {
      await refusals[Symbol.asyncDispose]()
      toQuery.close()
      toIngest.close()
      await web[Symbol.asyncDispose]()
      await query[Symbol.asyncDispose]()
      await ingest[Symbol.asyncDispose]()
    },
  }
}

describe('who comes in is on the record', () => {
  test('signing in and out, and by whom the API is asked: never with the token', async () => {
    let asked: Actor | undefined
    await using web = await site({
      token: TOKEN,
      query: (request, response) => {
        asked = actorOf(request.headers[ACTOR_HEADER])
        response.end('{}')
      },
    })
    const signedIn = await fetch(`${web.url}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ token: TOKEN }),
      redirect: 'manual',
    })
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    const client = { 'user-agent': 'a browser', 'x-forwarded-for': '203.0.113.7' }
    await fetch(`${web.url}/api/v1/search`, { headers: { cookie, ...client } })
    expect(asked).toEqual({
      user: 'owner',
      authentication: 'session',
      token_fingerprint: tokenFingerprint(TOKEN),
      address: '127.0.0.1',
      forwarded_for: '203.0.113.7',
      user_agent: 'a browser',
    })
    await fetch(`${web.url}/api/v1/search`, { headers: { authorization: `Bearer ${TOKEN}` } })
    expect(asked).toMatchObject({ authentication: 'token', token_fingerprint: tokenFingerprint(TOKEN) })
    await fetch(`${web.url}/sign-out`, { method: 'POST', headers: { cookie }, redirect: 'manual' })
    expect(web.audited).toMatchObject([
      { action: 'sign-in', outcome: 'success', actor: { user: 'owner', address: '127.0.0.1' } },
      { action: 'sign-out', outcome: 'success', actor: { user: 'owner', authentication: 'session' } },
    ])
    expect(JSON.stringify([web.audited, asked])).not.toContain(TOKEN)
  })

  test('a client that says itself who it is is not believed', async () => {
    let asked: Actor | undefined
    await using web = await site({
      query: (request, response) => {
        asked = actorOf(request.headers[ACTOR_HEADER])
        response.end('{}')
      },
    })
    const forged = Buffer.from('{"user":"heartwood","authentication":"internal"}').toString('base64url')
    await fetch(`${web.url}/api/v1/search`, { headers: { [ACTOR_HEADER]: forged } })
    expect(asked).toMatchObject({ user: 'owner', authentication: 'none', address: '127.0.0.1' })
  })

  test('wrong tokens: the first at once, however many more as one event; never the token that was tried', async () => {
    await using web = await site({ token: TOKEN })
    const tried = 'a-token-of-some-other-server-that-is-secret'
    for (let count = 0; count < 5; count++) {
      await fetch(`${web.url}/api/v1/search`, { headers: { authorization: `Bearer ${tried}` } })
      await fetch(`${web.url}/sign-in`, { method: 'POST', body: new URLSearchParams({ token: tried }) })
    }
    await fetch(`${web.url}/`, { headers: { accept: 'text/html' }, redirect: 'manual' })
    expect(web.audited.map(({ action }) => action)).toEqual(['access-refused', 'sign-in'])
    await web.endRefusals()
    expect(web.audited).toMatchObject([
      {
        action: 'access-refused',
        outcome: 'failure',
        actor: { user: 'anonymous' },
        attributes: { 'error.code': 'unauthenticated', 'url.path': '/api/v1/search' },
      },
      { action: 'sign-in', outcome: 'failure' },
      { action: 'access-refused', attributes: { 'heartwood.repeats': 4 } },
      { action: 'sign-in', attributes: { 'heartwood.repeats': 4 } },
    ])
    expect(JSON.stringify(web.audited)).not.toContain(tried)
  })
})

describe('who may come in', () => {
  test('a foreign Host is refused, on pages and the API', async () => {
    await using web = await site({})
    for (const path of ['/', '/api/v1/search', '/sign-in', '/metrics']) {
      const status = await new Promise((resolve, reject) => {
        request({ port: web.port, path, headers: { host: 'evil.example' } }, (answer) =>
          resolve(answer.statusCode),
        )
          .on('error', reject)
          .end()
      })
      expect(status).toBe(403)
    }
  })

  test('a page of another origin cannot write', async () => {
    await using web = await site({})
    const answer = await fetch(`${web.url}/api/v1/delete`, {
      method: 'POST',
      headers: { origin: 'http://evil.example' },
    })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ error: { code: 'foreign_origin' } })
  })

  test('with a token: pages lead to the sign-in form, the API answers 401, Bearer comes in', async () => {
    await using web = await site({ token: TOKEN })
    const page = await fetch(`${web.url}/?query=a%20b`, {
      headers: { accept: 'text/html' },
      redirect: 'manual',
    })
    expect(page.status).toBe(303)
    expect(page.headers.get('location')).toBe('/sign-in?next=%2F%3Fquery%3Da%2520b')
    expect((await fetch(`${web.url}/api/v1/search`)).status).toBe(401)
    expect((await fetch(`${web.url}/metrics`)).status).toBe(401)
    const bearer = { authorization: `Bearer ${TOKEN}` }
    expect((await fetch(`${web.url}/api/v1/search`, { headers: bearer })).status).toBe(200)
  })

  test('health needs no token', async () => {
    await using web = await site({ token: TOKEN })
    expect((await fetch(`${web.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${web.url}/readyz`)).status).toBe(200)
    web.app.notReady.set('start', 'is starting')
    expect((await fetch(`${web.url}/readyz`)).status).toBe(503)
  })

  test('signing in with the token opens the page that was asked for, until signing out', async () => {
    await using web = await site({ token: TOKEN })
    const next = '/?query=a'
    const form = await (await fetch(`${web.url}/sign-in?next=${encodeURIComponent(next)}`)).text()
    expect(form).toContain('type="password"')
    const signIn = (token: string) =>
      fetch(`${web.url}/sign-in?next=${encodeURIComponent(next)}`, {
        method: 'POST',
        body: new URLSearchParams({ token }),
        headers: { origin: web.url },
        redirect: 'manual',
      })
    expect((await signIn('wrong')).status).toBe(401)
    const signedIn = await signIn(TOKEN)
    expect(signedIn.status).toBe(303)
    expect(signedIn.headers.get('location')).toBe(next)
    const cookie = signedIn.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Strict/)
    const session = cookie.split(';')[0] ?? ''
    expect(await (await fetch(web.url, { headers: { cookie: session } })).text()).toBe('<page>')
    const signedOut = await fetch(`${web.url}/sign-out`, {
      method: 'POST',
      headers: { cookie: session },
      redirect: 'manual',
    })
    expect(signedOut.headers.get('set-cookie')).toMatch(/Max-Age=0/)
  })

  test('an unending sign-in form is refused', async () => {
    await using web = await site({ token: TOKEN })
    const answer = await fetch(`${web.url}/sign-in`, { method: 'POST', body: `token=${'x'.repeat(100_000)}` })
    expect(answer.status).toBe(413)
  })

  test.each([
    ['/?query=a', '/?query=a'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    ['/sign-out', '/'],
    [null, '/'],
  ])('after signing in %j leads to %j', (given, path) => {
    expect(localPath(given)).toBe(path)
  })

  test('what the address says comes into the sign-in page as text only', async () => {
    await using web = await site({ token: TOKEN })
    const page = await (
      await fetch(`${web.url}/sign-in?next=${encodeURIComponent('/"><script>x</script>')}`)
    ).text()
    expect(page).not.toContain('<script>')
  })
})

describe('headers', () => {
  test('every answer forbids remote content, framing and sniffing', async () => {
    await using web = await site({})
    for (const path of ['/', '/api/v1/search', '/healthz']) {
      const { headers } = await fetch(`${web.url}${path}`)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/https?:|\*|script-src[^;]*unsafe-inline/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })
})

describe('the proxy to query', () => {
  test('the query app is told the internal token and nothing of the visitor’s own secrets', async () => {
    const seen: IncomingMessage['headers'][] = []
    await using web = await site({
      query: (incoming, response) => {
        seen.push(incoming.headers)
        response.end('{}')
      },
    })
    await fetch(`${web.url}/api/v1/search`, {
      headers: { cookie: 'heartwood_session=x', authorization: 'Bearer y', 'x-heartwood-internal': 'forged' },
    })
    expect(seen[0]).toMatchObject({ 'x-heartwood-internal': 'internal-token' })
    expect(seen[0]).not.toHaveProperty('cookie')
    expect(seen[0]).not.toHaveProperty('authorization')
  })

  test('path, query, body, status and headers come through as they are', async () => {
    await using web = await site({
      query: async (incoming, response) => {
        const body: Buffer[] = []
        for await (const chunk of incoming) body.push(Buffer.from(chunk))
        response.writeHead(418, {
          'x-seen': `${incoming.method} ${incoming.url}`,
          'content-type': 'text/plain',
        })
        response.end(Buffer.concat(body))
      },
    })
    const answer = await fetch(`${web.url}/api/v1/delete?a=b%20c`, {
      method: 'POST',
      body: 'ü'.repeat(100_000),
    })
    expect(answer.status).toBe(418)
    expect(answer.headers.get('x-seen')).toBe('POST /api/v1/delete?a=b%20c')
    expect((await answer.text()) === 'ü'.repeat(100_000)).toBe(true)
  })

  test('a body larger than query takes is refused as that, not as query being down', async () => {
    await using web = await site({ query: (incoming) => incoming.socket.destroy() })
    const body = 'x'.repeat(2 * 1024 * 1024)
    const answer = await fetch(`${web.url}/api/v1/delete`, { method: 'POST', body })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ error: { code: 'body_too_large' } })
  })

  test('an event stream arrives event by event, and ends at query when the reader goes', async () => {
    const gone = Promise.withResolvers<void>()
    await using web = await site({
      query: (_incoming, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write('data: first\n\n')
        response.on('close', () => gone.resolve())
      },
    })
    const controller = new AbortController()
    const answer = await fetch(`${web.url}/api/v1/tail`, { signal: controller.signal })
    const first = await answer.body?.getReader().read()
    expect(Buffer.from(first?.value ?? []).toString()).toBe('data: first\n\n')
    controller.abort()
    await gone.promise
  })

  test('a question whose asker goes before the answer ends at query too', async () => {
    const asked = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<void>()
    await using web = await site({
      query: (_incoming, response) => {
        asked.resolve()
        response.on('close', () => gone.resolve())
      },
    })
    const controller = new AbortController()
    const answer = fetch(`${web.url}/api/v1/search`, { signal: controller.signal }).catch(() => 'aborted')
    await asked.promise
    controller.abort()
    await gone.promise
    expect(await answer).toBe('aborted')
  })

  test('while query is down the answer is 503 with Retry-After, for tRPC in its own envelope', async () => {
    const closed = await listening(() => undefined)
    await closed[Symbol.asyncDispose]()
    await using web = await site({ queryPorts: [closed.port] })
    const rest = await fetch(`${web.url}/api/v1/search`)
    expect([rest.status, rest.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await rest.json()).toMatchObject({ error: { code: 'unavailable' } })
    const trpc = TrpcAnswer.parse(await (await fetch(`${web.url}/api/trpc/status`)).json())
    expect(exactTransformer.deserialize(trpc.error)).toMatchObject({
      code: -32603,
      data: { httpStatus: 503, error: { code: 'unavailable' } },
    })
  })

  test('a query app that is away is passed over for the next, and the body comes whole', async () => {
    const closed = await listening(() => undefined)
    await closed[Symbol.asyncDispose]()
    const bodies: string[] = []
    await using other = await listening(async (request, response) => {
      bodies.push(await text(request))
      response.end('{}')
    })
    await using web = await site({ queryPorts: [closed.port, closed.port, other.port] })
    const body = JSON.stringify({ long: 'x'.repeat(300_000) })
    const answer = await fetch(`${web.url}/api/v1/search`, { method: 'POST', body })
    expect([answer.status, bodies]).toEqual([200, [body]])
  })

  test('a question over a connection whose query app has gone meanwhile is asked elsewhere', async () => {
    const first = await listening((_request, response) => response.end('first'))
    await using second = await listening((_request, response) => response.end('second'))
    await using web = await site({ queryPorts: [first.port, second.port] })
    expect(await (await fetch(`${web.url}/api/v1/status`)).text()).toBe('first')
    await first[Symbol.asyncDispose]()
    expect(await (await fetch(`${web.url}/api/v1/status`)).text()).toBe('second')
  })

  test('an answer that breaks off at query breaks off for the reader: half is not taken for whole', async () => {
    await using web = await site({
      query: (_incoming, response) => {
        response.writeHead(200)
        response.write('{"half":')
        setTimeout(() => response.destroy(), 20)
      },
    })
    const answer = await fetch(`${web.url}/api/v1/search`)
    await expect(answer.text()).rejects.toThrow()
  })
})

describe('logs dropped on the page', () => {
  test('go to ingest as they are, under the token of the server and not the visitor’s session', async () => {
    const seen: { headers: IncomingMessage['headers']; url: string | undefined; body: string }[] = []
    await using web = await site({
      token: TOKEN,
      ingest: async (incoming, response) => {
        let body = ''
        for await (const chunk of incoming) body += String(chunk)
        seen.push({ headers: incoming.headers, url: incoming.url, body })
        response.end('{"accepted":1}')
      },
    })
    const { value } = makeSession(TOKEN, new Date())
    const answer = await fetch(`${web.url}/ingest?service=a%20b`, {
      method: 'POST',
      headers: { cookie: `${SESSION_COOKIE}=${value}`, origin: web.url, 'idempotency-key': 'page-1' },
      body: 'one line\n',
    })
    expect(await answer.json()).toEqual({ accepted: 1 })
    expect(seen).toHaveLength(1)
    expect(seen[0]).toMatchObject({ url: '/ingest?service=a%20b', body: 'one line\n' })
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'idempotency-key': 'page-1',
    })
    expect(seen[0]?.headers).not.toHaveProperty('cookie')
    expect(seen[0]?.headers).not.toHaveProperty('origin')
  })

  test.each([
    ['without a session', {}, 401],
    [
      'from a page of another origin',
      { authorization: `Bearer ${TOKEN}`, origin: 'http://evil.example' },
      403,
    ],
  ])('are refused %s before ingest hears of it', async (_name, headers, status) => {
    let heard = 0
    await using web = await site({
      token: TOKEN,
      ingest: (_incoming, response) => {
        heard++
        response.end('{}')
      },
    })
    const answer = await fetch(`${web.url}/ingest`, { method: 'POST', headers, body: 'x' })
    expect(answer.status).toBe(status)
    expect(heard).toBe(0)
  })
})

import { Counter, Histogram } from 'prom-client'
import { expect, test } from 'vitest'
import {
  AppError,
  AppReport,
  ERROR_CODES,
  type HttpOptions,
  httpServer,
  INTERNAL_HEADER,
  REPORT_PATH,
  startApp,
} from '../src/index.ts'

const TOKEN = 'internal-token-of-the-test'

async function serve(options: Pick<HttpOptions, 'audience'>, env: Record<string, string> = {}) {
  const app = startApp('query', { HEARTWOOD_INTERNAL_TOKEN: TOKEN, HEARTWOOD_LOG_LEVEL: 'error', ...env })
  app.log.level = 'silent'
  const { server } = httpServer(app, { host: '127.0.0.1', port: 0, ...options })
  server.get('/hello', async () => ({ hello: true }))
  server.post('/full', async () => {
    throw new AppError('queue_full', 'full', { retryAfterSeconds: 2.2 })
  })
  server.get('/broken', async () => {
    throw new Error('a secret detail')
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    app,
    inject: (request: { url: string; headers: Record<string, string> }) => server.inject(request),
    ask: (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

test('health answers at once, readiness once nothing is missing, and names what is', async () => {
  await using served = await serve({ audience: 'internal' })
  expect((await served.ask('/healthz')).status).toBe(200)
  const waiting = await served.ask('/readyz')
  expect([waiting.status, await waiting.json()]).toMatchObject([503, { reasons: { start: 'is starting' } }])
  served.app.notReady.clear()
  expect((await served.ask('/readyz')).status).toBe(200)
  expect(await (await served.ask('/metrics')).text()).toContain('process_cpu_seconds_total')
})

test('an internal server answers only who shows the internal token', async () => {
  await using served = await serve({ audience: 'internal' })
  expect((await served.ask('/hello')).status).toBe(401)
  expect((await served.ask('/hello', { headers: { [INTERNAL_HEADER]: 'wrong' } })).status).toBe(401)
  expect((await served.ask('/hello', { headers: { [INTERNAL_HEADER]: TOKEN } })).status).toBe(200)
})

test('a public server with a token refuses without it, health excepted and metrics included', async () => {
  const token = 'x'.repeat(32)
  await using served = await serve({ audience: 'public' }, { HEARTWOOD_ACCESS_TOKEN: token })
  expect((await served.ask('/healthz')).status).toBe(200)
  expect((await served.ask('/metrics')).status).toBe(401)
  const refused = await served.ask('/hello')
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="heartwood"'])
  expect((await served.ask('/hello', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
})

test('the other apps reach a public server under an address that is not among the allowed hosts', async () => {
  const env = { HEARTWOOD_ACCESS_TOKEN: 'x'.repeat(32), HEARTWOOD_ALLOWED_HOSTS: 'logs.example.com' }
  await using served = await serve({ audience: 'public' }, env)
  const asAt = async (headers: Record<string, string>) =>
    (await served.inject({ url: '/hello', headers: { host: '10.0.0.7:4318', ...headers } })).statusCode
  expect(await asAt({ authorization: `Bearer ${env.HEARTWOOD_ACCESS_TOKEN}` })).toBe(403)
  expect(await asAt({ [INTERNAL_HEADER]: TOKEN })).toBe(200)
})

test('an error answers with its code, status and whole seconds to wait; an unexpected one tells no details', async () => {
  await using served = await serve({ audience: 'public' })
  const full = await served.ask('/full', { method: 'POST' })
  expect([full.status, full.headers.get('retry-after')]).toEqual([429, '3'])
  expect(await full.json()).toEqual({ error: { code: 'queue_full', message: 'full' } })
  const broken = await served.ask('/broken')
  expect(broken.status).toBe(500)
  expect(await broken.text()).not.toContain('secret')
})

test('every error code has a status, a meaning and something to do', () => {
  for (const [code, { status, about, todo }] of Object.entries(ERROR_CODES)) {
    expect([code, status >= 400 && status < 600, about.endsWith('.'), todo.endsWith('.')]).toEqual([
      code,
      true,
      true,
      true,
    ])
  }
})

test.each(['internal', 'public'] as const)(
  'a report of how an app does goes to the other apps alone, also on a port that is %s',
  async (audience) => {
    await using served = await serve({ audience })
    new Counter({
      name: 'heartwood_cups_total',
      help: 'h',
      labelNames: ['of'],
      registers: [served.app.metrics],
    })
      .labels({ of: 'tea' })
      .inc(3)
    new Histogram({ name: 'heartwood_sip_seconds', help: 'h', registers: [served.app.metrics] }).observe(1)
    expect((await served.ask(REPORT_PATH)).status).toBe(401)
    expect((await served.ask(REPORT_PATH, { headers: { [INTERNAL_HEADER]: 'wrong' } })).status).toBe(401)
    const answer = await served.ask(REPORT_PATH, { headers: { [INTERNAL_HEADER]: TOKEN } })
    const report = AppReport.parse(await answer.json())
    expect(report).toMatchObject({ reasons: { start: 'is starting' }, warnings: {} })
    expect(report.figures).toEqual([{ name: 'cups_total', labels: { of: 'tea' }, value: 3 }])
    expect(report.resident_bytes).toBeGreaterThan(1_000_000)
    expect(report.cpu_seconds).toBeGreaterThan(0)
    expect(report.started_at).toBeLessThanOrEqual(Date.now())
  },
)

test('the report of an app with a token is not for who has that token only', async () => {
  const token = 'x'.repeat(32)
  await using served = await serve({ audience: 'public' }, { HEARTWOOD_ACCESS_TOKEN: token })
  const answer = await served.ask(REPORT_PATH, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(401)
})

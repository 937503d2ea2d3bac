import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ErrorAnswer } from '@heartwood/api'
import { COMMON_ERRORS, ROUTES, type Route } from '@heartwood/api/routes'
import { openSegmentsReader } from '@heartwood/log-store'
import { ERROR_CODES } from '@heartwood/runtime'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { OPENAPI } from '../src/openapi-document.ts'
import { NOW, someEvents } from './events.ts'
import { errorOf, startQuery, type TestApp, type TestAppOptions } from './query-app.ts'
import { openStore } from './segment-store.ts'
import { startDatabase, type TestDatabase } from './test-database.ts'

let postgres: TestDatabase
beforeAll(async () => {
  postgres = await startDatabase()
})
afterAll(() => postgres[Symbol.asyncDispose]())

const TABLE: readonly (readonly [string, Route])[] = Object.entries(ROUTES)
type RouteName = keyof typeof ROUTES
const isRouteName = (name: string): name is RouteName => Object.hasOwn(ROUTES, name)
const NAMES: readonly RouteName[] = Object.keys(ROUTES).filter(isRouteName)
const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
})

describe('the OpenAPI document', () => {
  test('docs/openapi.json is what the route table says (else: node apps/query/src/write-openapi.ts)', async () => {
    const path = new URL('../../../docs/openapi.json', import.meta.url)
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(OPENAPI)))
  })

  test('every path in it is served, and nothing else under /api/v1', async () => {
    await using app = await startQuery()
    const described = Object.entries(Document.parse(OPENAPI).paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    const served = app.routes.filter((route) => route.includes(' /api/v1'))
    expect(described.sort()).toEqual(served.sort())
    expect(described).toHaveLength(TABLE.length)
  })

  test('is answered by the app, and every reference in it leads to a schema', async () => {
    await using app = await startQuery()
    const text = await (await app.get('/api/v1/openapi.json')).text()
    const document = Document.parse(JSON.parse(text))
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? '')
    expect(references.length).toBeGreaterThan(20)
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\/schemas\//)
      expect(document.components.schemas).toHaveProperty(reference.slice('#/components/schemas/'.length))
    }
    const ids = Object.values(document.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    )
    expect(new Set(ids).size).toBe(TABLE.length)
  })

  test('parameters in a path are required and described nowhere else', () => {
    for (const [, route] of TABLE) {
      const operation = z
        .object({
          parameters: z
            .array(z.object({ name: z.string(), in: z.string(), required: z.boolean() }))
            .optional(),
        })
        .parse(Document.parse(OPENAPI).paths[route.path]?.[route.method.toLowerCase()])
      for (const parameter of operation.parameters ?? []) {
        expect(parameter.in).toBe(route.path.includes(`{${parameter.name}}`) ? 'path' : 'query')
        if (parameter.in === 'path') expect(parameter.required).toBe(true)
      }
    }
  })
})

describe('every route', () => {
  test('answers nonsense with 4xx and one error shape: never 500, never silence', async () => {
    await using app = await startQuery({ ...NEIGHBOURS, databaseUrl: postgres.url })
    await app.append(someEvents(20))
    await expectNoFault(app, 200)
  })

  test('answers nonsense in the same way from a real store', async () => {
    await using store = await openStore()
    await store.append(someEvents(100))
    const reader = await openSegmentsReader({ dir: join(store.dataDir, 'store'), now: () => NOW })
    await using closing = new AsyncDisposableStack()
    closing.defer(() => reader.close())
    await using app = await startQuery({ ...NEIGHBOURS, store: reader, databaseUrl: postgres.url })
    await expectNoFault(app, 200)
  })

  test('broken addresses are answered in the same shape', async () => {
    await using app = await startQuery()
    for (const path of [
      '/api/v1/logs/%zz',
      '/api/v1/logs/%',
      '/api/v1/batches/%c3',
      '/%',
      `/api/v1/logs/${'a'.repeat(5_000)}`,
    ]) {
      const response = await app.get(path)
      expect(response.status, path).toBeGreaterThanOrEqual(400)
      expect(response.status, path).toBeLessThan(500)
      expect(ERROR_CODES, path).toHaveProperty((await errorOf(response)).code)
    }
  })

  test('a path that is not there is answered with those that are; a wrong method with the right one', async () => {
    await using app = await startQuery()
    const unknown = await app.get('/api/v1/logs')
    expect(unknown.status).toBe(404)
    const { code, paths } = await errorOf(unknown)
    expect(code).toBe('unknown_path')
    expect(paths).toContain('GET /api/v1/search')
    const wrong = await app.get('/api/v1/delete')
    expect(wrong.status).toBe(405)
    expect(wrong.headers.get('allow')).toBe('POST')
    expect((await errorOf(wrong)).code).toBe('method_not_allowed')
  })

  test('needs the internal token, except health and metrics', async () => {
    await using app = await startQuery()
    for (const [, route] of TABLE) {
      const response = await fetch(app.url + route.path, { method: route.method })
      expect(response.status, route.path).toBe(401)
    }
    expect((await fetch(`${app.url}/api/trpc/status`)).status).toBe(401)
    expect((await fetch(`${app.url}/nothing`)).status).toBe(401)
    expect((await fetch(`${app.url}/healthz`)).status).toBe(200)
    expect((await fetch(`${app.url}/readyz`)).status).toBe(200)
  })

  test('is measured by route and status', async () => {
    await using app = await startQuery()
    await (await app.get('/api/v1/search')).text()
    await (await app.get('/api/v1/search?limit=0')).text()
    const metrics = await (await fetch(`${app.url}/metrics`)).text()
    expect(metrics).toMatch(
      /heartwood_query_duration_seconds_count\{route="\/api\/v1\/search",status="200"\} 1/,
    )
    expect(metrics).toMatch(
      /heartwood_query_duration_seconds_count\{route="\/api\/v1\/search",status="400"\} 1/,
    )
    expect(metrics).toMatch(/heartwood_query_tails_open 0/)
  })
})

const INDEXER_ANSWERS: Readonly<Record<string, string>> = {
  '/internal/delete': '{"deleted":0}',
  '/internal/dead-letters/dismiss': '{"dismissed":0}',
}

const NEIGHBOURS: TestAppOptions = {
  indexer: (request, response) => {
    const answer = INDEXER_ANSWERS[request.url ?? '']
    if (answer === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
  },
  alerter: (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end('{"rules":[]}'),
}

async function expectNoFault(app: TestApp, numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyRequest(), async ({ name, given, id, body, ...request }) => {
      const asked: Route = ROUTES[name]
      const path = asked.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(id))
      const method = request.method ?? asked.method
      const route = routeOf(method, path)
      const query = new URLSearchParams(given).toString()
      const response = await app.get(`${path}${query === '' ? '' : `?${query}`}`, {
        method,
        ...((method === 'POST' || method === 'PUT') && {
          headers: { 'content-type': 'application/json' },
          body,
        }),
        signal: AbortSignal.timeout(5_000),
      })
      if (response.status === 200) {
        if (route?.stream !== undefined) await response.body?.cancel()
        else expect(route?.output.safeParse(await response.json()).success, name).toBe(true)
        return
      }
      expect(response.status, name).toBeGreaterThanOrEqual(400)
      expect(response.status, name).toBeLessThan(500)
      const { error } = ErrorAnswer.parse(await response.json())
      const described: readonly string[] = [
        ...COMMON_ERRORS,
        ...(route?.errors ?? []),
        'unknown_path',
        'method_not_allowed',
      ]
      expect(described, `an error of ${name}`).toContain(error.code)
    }),
    { numRuns },
  )
  expect(app.logged).toEqual([])
}

/**
 * The route that answers a request, if any: with another method the path of one can be that of another, which has a
 * parameter in its place.
 */
function routeOf(method: string, path: string): Route | undefined {
  const routes = TABLE.map(([, route]) => route).filter((route) => route.method === method)
  const isPathOf = (route: Route) => new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
  return routes.find((route) => route.path === path) ?? routes.find(isPathOf)
}

const EXTREMES = ['', '0', '-1', '1e9', 'NaN', 'null', 'true', '__proto__', 'a'.repeat(3_000)]
/** For each parameter what is valid, or nearly so. */
const NEARLY_VALID: Readonly<Record<string, readonly string[]>> = {
  query: [
    '*',
    '(',
    '/[/',
    '/(a|b)+\\d/',
    'a:>b',
    'level>=warn',
    'status:500 OR NOT "it\'s"',
    'service:*',
    'x\'y:"a\\"b"',
    '*o?*',
    '-@timestamp<now-5m',
  ],
  service: ['checkout', 'cart,checkout', ',', "it's"],
  level: ['error', 'ERR,fatal', 'unknown', 'loud'],
  from_time: ['now-1h', 'beginning', '1969-12-31', '-9223372036854', '9223372036855', 'now+1h'],
  to_time: ['now', '2262-04-11T23:47:16.854775807Z', '+275760-09-13', 'now-1m'],
  limit: ['1', '1000', '10000', '10001', '1.5'],
  cursor: ['x', Buffer.from('[1,"a","0","1","2","id",3]').toString('base64url')],
  total: ['exact', 'none', 'some'],
  interval: ['auto', '1s', '1ms', '5m', '52w', '999999999w'],
  by: [
    'level',
    'status',
    '@timestamp',
    'message',
    'no.such',
    'it\'s "odd"',
    'resource.x',
    '__proto__',
    'raw',
    'weight',
  ],
  before: ['d-1', 'x'],
  id: ['batch-1', 'x', 'a/b', '...'],
}

/** A request to any route: its own parameters nearly valid, or any names with any values; any ids, bodies, methods. */
function anyRequest() {
  const names = [...new Set(TABLE.flatMap(([, route]) => Object.keys(route.input.shape)))]
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(...EXTREMES),
    fc.integer().map(String),
  )
  const nonsense = fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 8 }), fc.constant('__proto__')),
      text,
    ),
    { maxLength: 4 },
  )
  return fc.constantFrom(...NAMES).chain((name) => {
    const route: Route = ROUTES[name]
    const own = Object.keys(route.input.shape).filter((key) => !route.path.includes(`{${key}}`))
    const nearlyValid = fc
      .subarray(own)
      .chain((keys) =>
        fc.tuple(
          ...keys.map((key) =>
            fc.tuple(fc.constant(key), fc.constantFrom(...(NEARLY_VALID[key] ?? EXTREMES))),
          ),
        ),
      )
    const given = fc.oneof({ weight: 3, arbitrary: nearlyValid }, nonsense)
    return fc.record({
      name: fc.constant(name),
      given: route.method === 'GET' ? given : fc.constant([]),
      id: fc.oneof(
        fc.constantFrom(...(NEARLY_VALID.id ?? [])),
        // An address takes a dot or two out before it is asked, and then it is another path.
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).filter((id) => !/^\.{1,2}$/.test(id)),
      ),
      body: fc.oneof(
        fc.json(),
        fc.string(),
        given.map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
        given.map((pairs) =>
          JSON.stringify({
            query: '*',
            from_time: 'now',
            to_time: 'now',
            dry_run: true,
            ...Object.fromEntries(pairs),
          }),
        ),
      ),
      method: fc.oneof(
        { weight: 15, arbitrary: fc.constant(undefined) },
        fc.constantFrom('GET', 'POST', 'PUT'),
      ),
    })
  })
}

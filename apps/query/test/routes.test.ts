import { readFile } from 'node:fs/promises'
import { ErrorAnswer } from '@heartwood/api'
import { ROUTES, type Route } from '@heartwood/api/routes'
import { ERROR_CODES } from '@heartwood/runtime'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { OPENAPI } from '../src/openapi-document.ts'
import { someEvents } from './events.ts'
import { errorOf, startQuery } from './query-app.ts'

const TABLE: readonly (readonly [string, Route])[] = Object.entries(ROUTES)
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
        .parse(Document.parse(OPENAPI).paths[route.path]?.[route.method === 'GET' ? 'get' : 'post'])
      for (const parameter of operation.parameters ?? []) {
        expect(parameter.in).toBe(route.path.includes(`{${parameter.name}}`) ? 'path' : 'query')
        if (parameter.in === 'path') expect(parameter.required).toBe(true)
      }
    }
  })
})

describe('every route', () => {
  test('answers nonsense with 4xx and one error shape: never 500, never silence', async () => {
    await using app = await startQuery({
      indexer: (_request, response) => void response.writeHead(404).end(),
      alerter: (_request, response) =>
        void response.writeHead(200, { 'content-type': 'application/json' }).end('{"rules":[]}'),
    })
    app.held.events.push(...someEvents(20))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...TABLE),
        nonsense(),
        async ([name, route], { given, id, body, method }) => {
          const path = route.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(id))
          const query = new URLSearchParams(given).toString()
          const response = await app.get(`${path}${query === '' ? '' : `?${query}`}`, {
            method: method ?? route.method,
            ...((method ?? route.method) === 'POST' && {
              headers: { 'content-type': 'application/json' },
              body,
            }),
            signal: AbortSignal.timeout(5_000),
          })
          if (response.status === 200) {
            if (route.stream === true) await response.body?.cancel()
            else expect(route.output.safeParse(await response.json()).success, name).toBe(true)
            return
          }
          expect(response.status, name).toBeGreaterThanOrEqual(400)
          expect(response.status, name).toBeLessThan(500)
          const { error } = ErrorAnswer.parse(await response.json())
          expect(ERROR_CODES).toHaveProperty(error.code)
        },
      ),
      { numRuns: 250 },
    )
    expect(app.logged).toEqual([])
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

/** Parameters of the real names with values of any kind, unknown ones, ids, bodies and methods. */
function nonsense() {
  const names = [...new Set(TABLE.flatMap(([, route]) => Object.keys(route.input.shape)))]
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '',
      '0',
      '-1',
      '1e9',
      'NaN',
      'null',
      'true',
      'now',
      'now-1h',
      'beginning',
      '*',
      '(',
      '/[/',
      'a:>b',
      '__proto__',
    ),
    fc.constantFrom(
      '9223372036854775808',
      '-9223372036854775809',
      '+275760-09-13',
      '1s',
      'auto',
      'exact',
      'a'.repeat(3_000),
    ),
    fc.integer().map(String),
  )
  const given = fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 8 }), fc.constant('__proto__')),
      value,
    ),
    {
      maxLength: 4,
    },
  )
  return fc.record({
    given,
    id: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    body: fc.oneof(
      fc.json(),
      fc.string(),
      given.map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
      fc.constant('{"query":"*","from_time":"now","to_time":"now","dry_run":true}'),
    ),
    method: fc.option(fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'), { nil: undefined, freq: 5 }),
  })
}

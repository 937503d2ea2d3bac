import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '../src/openapi.ts'
import { describeIssues, issueNames } from '../src/parameter-error.ts'
import { appRouter } from '../src/router.ts'
import { COMMON_ERRORS, pathKeys, ROUTES, type Route } from '../src/routes.ts'

const ROUTE_LIST: readonly Route[] = Object.values(ROUTES)

describe('the route table', () => {
  test('every key in a path is a parameter of the route, and no two routes share method and path', () => {
    for (const route of ROUTE_LIST)
      for (const key of pathKeys(route.path)) expect(Object.keys(route.input.shape)).toContain(key)
    expect(new Set(ROUTE_LIST.map(({ method, path }) => `${method} ${path}`)).size).toBe(ROUTE_LIST.length)
  })

  test('every route refuses a parameter that is not its own, by name', () => {
    for (const route of ROUTE_LIST) {
      const result = route.input.safeParse({ colour: 'red' })
      expect(result.success, route.path).toBe(false)
      if (!result.success) {
        expect(describeIssues(result.error)).toMatch(/unknown parameter colour/)
        expect(issueNames(result.error)).toContain('colour')
      }
    }
  })

  test('REST and tRPC ask the same questions', () => {
    const restOnly = ['tail', 'searchStream', 'export', 'openapi']
    const questions = Object.keys(ROUTES).filter((name) => !restOnly.includes(name))
    expect(Object.keys(appRouter._def.procedures).sort()).toEqual(questions.sort())
  })

  test('an error code that is not in the error table cannot get into the document', () => {
    const codes = [...COMMON_ERRORS, ...ROUTE_LIST.flatMap(({ errors }) => errors)]
    const table = Object.fromEntries(codes.map((code) => [code, { status: 400, about: 'x' }]))
    expect(openApiDocument({ version: '1', errors: table })).toMatchObject({ openapi: '3.1.1' })
    const { invalid_query: _left, ...smaller } = table
    expect(() => openApiDocument({ version: '1', errors: smaller })).toThrow(/invalid_query/)
  })
})

describe('describeIssues', () => {
  test('names each parameter and what it takes, nested ones by their path', () => {
    const schema = z.strictObject({ limit: z.number().max(5), inner: z.strictObject({ a: z.string() }) })
    const result = schema.safeParse({ limit: 9, inner: { a: 1, b: 2 }, x: 1, y: 2 })
    expect(result.success).toBe(false)
    if (result.success) return
    const text = describeIssues(result.error)
    expect(text).toMatch(/limit: .*5/)
    expect(text).toMatch(/inner\.a: /)
    expect(text).toMatch(/unknown parameter inner\.b/)
    expect(text).toMatch(/unknown parameters x, y/)
  })
})

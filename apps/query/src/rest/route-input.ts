import { describeIssues, issueNames } from '@heartwood/api'
import { pathKeys, type Route } from '@heartwood/api/routes'
import { AppError } from '@heartwood/runtime'
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'

/**
 * Parameters of path, query string and body as one object; one left empty in the query string (`service=`) is not given.
 * Throws `invalid_parameter` where one has no place there.
 */
export function givenInput(route: Route, request: FastifyRequest): Record<string, unknown> {
  const query = objectOf(request.query)
  const params = objectOf(request.params)
  const inPath = pathKeys(route.path)
  const misplaced =
    route.method === 'GET' ? inPath.filter((key) => Object.hasOwn(query, key)) : Object.keys(query)
  if (misplaced.length > 0) throw notTaken(misplaced)
  if (route.method === 'GET') {
    const given = Object.entries(query).filter(([, value]) => value !== '')
    return { ...Object.fromEntries(given), ...params }
  }
  if (route.method === 'DELETE') return params
  if (!isObject(request.body)) throw new AppError('invalid_body', 'The body takes a JSON object.')
  return { ...request.body, ...params }
}

/** The input with its defaults. Throws `invalid_parameter` that names every parameter which does not fit. */
export function checkedInput<Input extends z.ZodType>(input: Input, given: unknown): z.output<Input> {
  const parsed = input.safeParse(given)
  if (parsed.success) return parsed.data
  throw new AppError('invalid_parameter', describeIssues(parsed.error), {
    details: { parameters: issueNames(parsed.error) },
  })
}

function notTaken(names: readonly string[]): AppError {
  return new AppError('invalid_parameter', `unknown parameter in the query string: ${names.join(', ')}`, {
    details: { parameters: names },
  })
}

function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

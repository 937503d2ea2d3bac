import { ErrorAnswer } from '@heartwood/api'
import type { Route } from '@heartwood/api/routes'
import { exactIntegers } from '@heartwood/event'
import { unhurriedFetch } from '@heartwood/runtime'
import type { z } from 'zod'
import { CommandError } from '../command-error.ts'
import { terminalText } from '../terminal-text.ts'
import { authorization, type Connection, unreachable } from './connection.ts'
import { markSpans } from './mark-spans.ts'

type Input = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * Asks one route of the REST interface and checks the answer; integers of any size stay exact (bigint). An error answer
 * is a CommandError, with the wrong part of the query marked.
 */
export async function ask<Output extends z.ZodType>(
  connection: Connection,
  route: Pick<Route<z.ZodObject, Output>, 'method' | 'path' | 'output'>,
  input: Input,
): Promise<z.output<Output>> {
  const response = await send(connection, route.method, route.path, input)
  const text = await response.text()
  if (!response.ok) throw errorOf(connection, response, text, input)
  const parsed = route.output.safeParse(parseExactly(text))
  if (!parsed.success) throw notHeartwood(connection)
  return parsed.data
}

/** Opens a stream of server-sent events. */
export async function askStream(
  connection: Connection,
  route: Pick<Route, 'method' | 'path'>,
  input: Input,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const response = await send(connection, route.method, route.path, input, signal)
  if (!response.ok) throw errorOf(connection, response, await response.text(), input)
  if (response.body === null) throw notHeartwood(connection)
  return response.body
}

async function send(
  connection: Connection,
  method: Route['method'],
  path: string,
  input: Input,
  signal?: AbortSignal,
): Promise<Response> {
  const url = new URL(connection.webUrl + path)
  const headers: Record<string, string> = authorization(connection)
  const isBody = method === 'POST' || method === 'PUT'
  if (isBody) {
    headers['content-type'] = 'application/json'
  } else {
    for (const [key, value] of Object.entries(input)) {
      if (value !== undefined) url.searchParams.set(key, String(value))
    }
  }
  try {
    // What is deleted, replayed or dismissed may be much.
    if (method === 'POST')
      return await unhurriedFetch(url, { method, headers, body: JSON.stringify(input), signal })
    return await fetch(url, {
      method,
      headers,
      ...(isBody && { body: JSON.stringify(input) }),
      ...(signal !== undefined && { signal }),
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw unreachable(connection.webUrl, error)
  }
}

/** The error answer as text for a person: its sentence, and under the query a mark where it is wrong. */
function errorOf(connection: Connection, response: Response, text: string, input: Input): CommandError {
  const parsed = ErrorAnswer.safeParse(tryParse(text))
  if (!parsed.success) {
    const { origin } = new URL(response.url || connection.webUrl)
    return new CommandError(
      `${origin} answered ${response.status}, and not as Heartwood does: check the address.`,
    )
  }
  return describeError(parsed.data, typeof input.query === 'string' ? input.query : '')
}

export function describeError({ error }: ErrorAnswer, query: string): CommandError {
  const { code, spans = [] } = error
  const hint =
    code === 'unauthenticated' ? ' Set HEARTWOOD_ACCESS_TOKEN to the token it was started with.' : ''
  return new CommandError(
    [`${terminalText(error.message)}${hint}`, ...markSpans(query, spans, error.message)].join('\n'),
  )
}

function notHeartwood(connection: Connection): CommandError {
  return new CommandError(
    `What answers at ${connection.webUrl} does not answer as this version of Heartwood does.`,
  )
}

function parseExactly(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text)
  } catch {
    return undefined
  }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

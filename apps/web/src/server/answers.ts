import type { IncomingMessage, ServerResponse } from 'node:http'
import { exactTransformer } from '@heartwood/api'
import { type AppError, errorBody } from '@heartwood/runtime'

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  })
  response.end(JSON.stringify(body))
}

export function sendText(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
  response.end(body)
}

export function redirect(
  response: ServerResponse,
  location: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(303, { location, 'cache-control': 'no-store', ...headers })
  response.end()
}

/** An error in the shape its asker reads: tRPC's envelope below /api/trpc, `{error: {code, message}}` elsewhere. */
export function sendError(request: IncomingMessage, response: ServerResponse, error: AppError): void {
  if (error.retryAfterSeconds !== undefined)
    response.setHeader('retry-after', String(error.retryAfterSeconds))
  if (error.code === 'unauthenticated') response.setHeader('www-authenticate', 'Bearer realm="heartwood"')
  // What is left of the request's body will not be read.
  if (!request.complete) response.setHeader('connection', 'close')
  const body = request.url?.startsWith('/api/trpc') ? trpcBody(error) : errorBody(error)
  sendJson(response, error.status, body)
}

/** tRPC v11 error envelope; -32603 is JSON-RPC's "internal error", the real code lies in `data.error` as query writes it. */
function trpcBody(error: AppError): unknown {
  const answer = errorBody(error).error
  const data = { code: answer.code, httpStatus: error.status, error: answer }
  return { error: exactTransformer.serialize({ message: answer.message, code: -32603, data }) }
}

import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import { AppError, INTERNAL_HEADER } from '@heartwood/runtime'
import { sendError } from './answers.ts'

/** Headers that belong to one connection (RFC 9110 §7.6.1), and what the query app has no business seeing. */
const NOT_FORWARDED = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'authorization',
  'cookie',
  'host',
  INTERNAL_HEADER,
])

/** The largest body the query app takes; it would answer such a request before it had read it, and hang up. */
const MAX_BODY_BYTES = 1024 * 1024

export interface ApiProxy {
  /** Streams the request to the query app and its answer back, byte by byte as it comes. */
  forward(incoming: IncomingMessage, outgoing: ServerResponse): void
  close(): void
}

/**
 * `/api/*` goes to the query app on loopback under the internal token. Nothing is buffered, so that a live tail
 * arrives as it happens; a client that goes takes its question with it; while query is down the answer is 503.
 */
export function apiProxy(options: {
  port: number
  internalToken: string
  log: { warn(details: object, message: string): void }
}): ApiProxy {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  return {
    forward(incoming, outgoing) {
      if (Number(incoming.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
        incoming.resume()
        return sendError(incoming, outgoing, new AppError('body_too_large', 'The body is larger than 1 MiB.'))
      }
      const upstream = request({
        agent,
        host: '127.0.0.1',
        port: options.port,
        method: incoming.method,
        path: incoming.url,
        headers: {
          ...forwardable(incoming.headers),
          ...(incoming.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
          [INTERNAL_HEADER]: options.internalToken,
        },
      })
      upstream.on('response', (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, forwardable(answer.headers))
        outgoing.flushHeaders()
        answer.pipe(outgoing)
        // Half an answer must not look like a whole one.
        answer.on('error', () => outgoing.destroy())
        answer.on('aborted', () => outgoing.destroy())
      })
      upstream.on('error', (error) => {
        if (outgoing.destroyed || outgoing.headersSent) return void outgoing.destroy()
        options.log.warn({ err: error, url: incoming.url }, 'query did not answer')
        sendError(
          incoming,
          outgoing,
          new AppError('unavailable', 'The query app does not answer yet.', { retryAfterSeconds: 1 }),
        )
      })
      outgoing.on('close', () => upstream.destroy())
      incoming.pipe(upstream)
    },
    close: () => agent.destroy(),
  }
}

function forwardable(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  const named = String(headers.connection ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || NOT_FORWARDED.has(name) || named.includes(name) ? [] : [[name, value]],
    ),
  )
}

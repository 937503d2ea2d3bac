import {
  Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import { AppError, INTERNAL_HEADER } from '@heartwood/runtime'
import { sendError } from './answers.ts'

/** Headers that belong to one connection (RFC 9110 §7.6.1), and what is between the browser and this app. */
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
  'origin',
  INTERNAL_HEADER,
])

export interface Upstream {
  /** The app that answers, as its users know it. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** What shows it who asks. */
  readonly headers: Readonly<Record<string, string>>
  /** The largest body it takes, bytes; it would answer such a request before it had read it, and hang up. */
  readonly maxBodyBytes: number
}

export interface StreamingProxy {
  /** Streams the request to the other app and its answer back, byte by byte as it comes. */
  forward(incoming: IncomingMessage, outgoing: ServerResponse): void
  close(): void
}

/**
 * Hands requests on to another app of the product, after access was checked here. Nothing is buffered, so that a live
 * tail arrives as it happens; a client that goes takes its question with it; while the app is down the answer is 503.
 */
export function streamingProxy(
  to: Upstream,
  log: { warn(details: object, message: string): void },
): StreamingProxy {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  return {
    forward(incoming, outgoing) {
      if (Number(incoming.headers['content-length'] ?? 0) > to.maxBodyBytes) {
        incoming.resume()
        const most = `${to.maxBodyBytes / (1024 * 1024)} MiB`
        return sendError(
          incoming,
          outgoing,
          new AppError('body_too_large', `The body is larger than ${most}.`),
        )
      }
      const upstream = request({
        agent,
        host: to.host,
        port: to.port,
        method: incoming.method,
        path: incoming.url,
        headers: {
          ...forwardable(incoming.headers),
          ...(incoming.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
          ...to.headers,
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
        log.warn({ err: error, url: incoming.url }, `${to.name} did not answer`)
        sendError(
          incoming,
          outgoing,
          new AppError('unavailable', `The ${to.name} app does not answer yet.`, { retryAfterSeconds: 1 }),
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

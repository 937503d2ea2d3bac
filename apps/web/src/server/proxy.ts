import {
  Agent,
  type ClientRequest,
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
  /** Where its processes are that are up, without a slash at the end; the first is asked first. */
  readonly urls: () => readonly string[]
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
 * tail arrives as it happens; a client that goes takes its question with it. A process that nothing can be sent to is
 * passed over for the next; where there is none, the answer is 503.
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
      const forwarding: Forwarding = { to, agent, incoming, outgoing, log }
      tryNext(forwarding, [...to.urls()])
    },
    close: () => agent.destroy(),
  }
}

interface Forwarding {
  readonly to: Upstream
  readonly agent: Agent
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly log: { warn(details: object, message: string): void }
}

/** Sends the request to the first of `urls`, or where that takes nothing, to one of the rest. */
function tryNext(forwarding: Forwarding, urls: readonly string[]): void {
  const { to, agent, incoming, outgoing, log } = forwarding
  const [url, ...rest] = urls
  if (url === undefined) {
    unavailable(forwarding)
    return
  }
  const upstream = request(url + (incoming.url ?? '/'), {
    agent,
    method: incoming.method,
    headers: {
      ...forwardable(incoming.headers),
      ...(incoming.headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
      ...to.headers,
    },
  })
  let isSending = false
  // The body is there once: it is sent only where somebody has answered the call.
  whenConnected(upstream, () => {
    isSending = true
    incoming.pipe(upstream)
  })
  upstream.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, forwardable(answer.headers))
    outgoing.flushHeaders()
    answer.pipe(outgoing)
    // Half an answer must not look like a whole one.
    answer.on('error', () => outgoing.destroy())
    answer.on('aborted', () => outgoing.destroy())
  })
  const abandon = (): void => void upstream.destroy()
  upstream.on('error', (error) => {
    outgoing.off('close', abandon)
    if (outgoing.destroyed || outgoing.headersSent) return void outgoing.destroy()
    log.warn({ err: error, url: incoming.url }, `${to.name} did not answer`)
    if (isSending && !isAskedAgain(incoming)) unavailable(forwarding)
    else tryNext(forwarding, rest)
  })
  outgoing.on('close', abandon)
}

/** A kept connection may turn out to be gone only when it is used; a question can be asked twice. */
function isAskedAgain({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

function whenConnected(upstream: ClientRequest, act: () => void): void {
  upstream.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', act)
    else act()
  })
}

function unavailable({ to, incoming, outgoing }: Forwarding): void {
  const error = new AppError('unavailable', `The ${to.name} app does not answer yet.`, {
    retryAfterSeconds: 1,
  })
  sendError(incoming, outgoing, error)
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

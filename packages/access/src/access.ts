import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import { SESSION_COOKIE, sessionIsValid } from './session.ts'

/** Who may come in. Made once at start; `checkAccess` then decides per request without I/O. */
export interface AccessPolicy {
  /** The address the server listens on. */
  readonly host: string
  /** Undefined only on loopback: then everyone on this machine is the one local owner. */
  readonly token: string | undefined
  /** Further host names that may stand in a Host header, lower case, without port. */
  readonly allowedHosts: ReadonlySet<string>
}

export type PolicyResult =
  | { readonly ok: true; readonly policy: AccessPolicy }
  | { readonly ok: false; readonly reason: string }

/** Refuses to open beyond loopback without a token. */
export function accessPolicy(options: {
  host: string
  token: string | undefined
  allowedHosts: string
}): PolicyResult {
  if (!isLoopback(options.host) && options.token === undefined) {
    return {
      ok: false,
      reason: `HEARTWOOD_HOST is ${options.host}, which others can reach: set HEARTWOOD_ACCESS_TOKEN (32 characters or more), or listen on 127.0.0.1.`,
    }
  }
  const allowedHosts = new Set(
    options.allowedHosts
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  )
  return { ok: true, policy: { host: options.host, token: options.token, allowedHosts } }
}

export function isLoopback(host: string): boolean {
  const name = unbracket(host.toLowerCase())
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}

/** What of a request matters here; header names in lower case, as node:http gives them. */
export interface AccessRequest {
  readonly method: string
  readonly headers: {
    readonly host?: string | undefined
    readonly origin?: string | undefined
    readonly authorization?: string | undefined
    readonly cookie?: string | undefined
    readonly 'sec-fetch-site'?: string | string[] | undefined
  }
}

export type AccessRefusal = 'foreign_host' | 'foreign_origin' | 'unauthenticated'
/** How somebody came in: `none` where no token is needed. */
export type Authentication = 'none' | 'token' | 'session'
export type AccessResult =
  | { readonly ok: true; readonly by: Authentication }
  | { readonly ok: false; readonly code: AccessRefusal; readonly reason: string }

type Refused = Extract<AccessResult, { ok: false }>

/**
 * The rules: the Host header names this server (against DNS rebinding); a request that may change something
 * does not come from another origin's page; and where there is a token, it or a session made with it is shown.
 * No CORS header is ever sent.
 */
export function checkAccess(policy: AccessPolicy, request: AccessRequest, now: Date): AccessResult {
  return checkHost(policy, request.headers.host) ?? checkOrigin(request) ?? checkToken(policy, request, now)
}

function checkHost(policy: AccessPolicy, header: string | undefined): Refused | undefined {
  const name = header === undefined ? '' : hostName(header)
  // Behind a token the name does not matter: a rebinding page has no token and its cookies are for another name.
  if (policy.token !== undefined && policy.allowedHosts.size === 0 && !isLoopback(policy.host))
    return undefined
  if (isLoopback(name) || name === hostName(policy.host) || policy.allowedHosts.has(name)) return undefined
  return {
    ok: false,
    code: 'foreign_host',
    reason: `This server does not answer for the host ${JSON.stringify(name)}. Use its own address, or add the name to HEARTWOOD_ALLOWED_HOSTS.`,
  }
}

function checkOrigin(request: AccessRequest): Refused | undefined {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return undefined
  const { origin, host } = request.headers
  const foreign =
    origin === undefined
      ? request.headers['sec-fetch-site'] === 'cross-site'
      : originHost(origin) !== host?.toLowerCase()
  if (!foreign) return undefined
  return { ok: false, code: 'foreign_origin', reason: 'Pages of another origin may not write here.' }
}

function checkToken(policy: AccessPolicy, request: AccessRequest, now: Date): AccessResult {
  if (policy.token === undefined) return { ok: true, by: 'none' }
  const shown = tokenOf(request.headers.authorization)
  if (shown.some((token) => sameToken(token, policy.token ?? ''))) return { ok: true, by: 'token' }
  const cookie = cookieOf(request.headers.cookie, SESSION_COOKIE)
  if (cookie !== undefined && sessionIsValid(cookie, policy.token, now)) return { ok: true, by: 'session' }
  return {
    ok: false,
    code: 'unauthenticated',
    reason: 'Send the access token as "Authorization: Bearer TOKEN", or sign in on the page.',
  }
}

/**
 * The tokens an Authorization header may mean: Bearer; Basic (the password, or the user name alone); ApiKey as
 * Elasticsearch clients send it, base64 of id:key.
 */
function tokenOf(header: string | undefined): string[] {
  const match = /^(Bearer|Basic|ApiKey)\s+(\S+)$/i.exec(header?.trim() ?? '')
  const [, scheme = '', value = ''] = match ?? []
  if (match === null) return []
  if (scheme.toLowerCase() === 'bearer') return [value]
  const [user = '', ...rest] = Buffer.from(value, 'base64').toString('utf8').split(':')
  return [value, user, rest.join(':')].filter((token) => token !== '')
}

/** Compares digests, so that neither content nor length shows in the time taken. */
export function sameToken(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [key, ...value] = part.trim().split('=')
    if (key === name) return value.join('=')
  }
  return undefined
}

/** The name of a Host header: without port and brackets, lower case. */
function hostName(header: string): string {
  const text = header.trim().toLowerCase()
  if (text.startsWith('[')) return unbracket(text.replace(/\]:\d+$/, ']'))
  return isIP(text) === 6 ? text : text.replace(/:\d+$/, '').replace(/\.$/, '')
}

function unbracket(host: string): string {
  return host.replace(/^\[|\]$/g, '')
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host.toLowerCase() : undefined
}

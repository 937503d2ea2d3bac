import { describe, expect, test } from 'vitest'
import {
  type AccessPolicy,
  type AccessRequest,
  accessPolicy,
  checkAccess,
  isLoopback,
  makeSession,
  SESSION_COOKIE,
} from '../src/index.ts'

const NOW = new Date('2026-01-01T00:00:00Z')
const TOKEN = 'a'.repeat(16) + 'b'.repeat(16)

function policy(options: { host?: string; token?: string; allowedHosts?: string } = {}): AccessPolicy {
  const made = accessPolicy({
    host: options.host ?? '127.0.0.1',
    token: options.token,
    allowedHosts: options.allowedHosts ?? '',
  })
  if (!made.ok) throw new Error(made.reason)
  return made.policy
}
function codeOf(
  of: AccessPolicy,
  request: Partial<AccessRequest> & { headers: AccessRequest['headers'] },
): string {
  const result = checkAccess(of, { method: 'GET', ...request }, NOW)
  return result.ok ? 'ok' : result.code
}

describe('on loopback without a token', () => {
  const local = policy()
  test.each(['localhost:3000', '127.0.0.1:3000', '127.0.0.1', '[::1]:3000', 'LOCALHOST', 'localhost.:3000'])(
    'the host %s is answered',
    (host) => {
      expect(codeOf(local, { headers: { host } })).toBe('ok')
    },
  )
  test.each([
    'evil.example',
    'evil.example:3000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '',
    '10.0.0.1',
  ])('the foreign host %s is refused', (host) => {
    expect(codeOf(local, { headers: { host } })).toBe('foreign_host')
  })
  test('a missing Host header is refused', () => {
    expect(codeOf(local, { headers: {} })).toBe('foreign_host')
  })
  test('a write from a page of another origin is refused, from the own page it passes', () => {
    const host = 'localhost:3000'
    expect(codeOf(local, { method: 'POST', headers: { host, origin: 'https://evil.example' } })).toBe(
      'foreign_origin',
    )
    expect(codeOf(local, { method: 'POST', headers: { host, origin: 'http://localhost:8080' } })).toBe(
      'foreign_origin',
    )
    expect(codeOf(local, { method: 'POST', headers: { host, origin: 'null' } })).toBe('foreign_origin')
    expect(codeOf(local, { method: 'POST', headers: { host, 'sec-fetch-site': 'cross-site' } })).toBe(
      'foreign_origin',
    )
    expect(codeOf(local, { method: 'POST', headers: { host, origin: 'http://localhost:3000' } })).toBe('ok')
  })
  test('a program without Origin may write', () => {
    expect(codeOf(local, { method: 'POST', headers: { host: 'localhost' } })).toBe('ok')
  })
  test('a name that the operator allowed is answered', () => {
    expect(
      codeOf(policy({ allowedHosts: 'logs.example.com, b' }), { headers: { host: 'Logs.example.com:3000' } }),
    ).toBe('ok')
  })
})

describe('beyond loopback', () => {
  test('it does not open without a token', () => {
    expect(accessPolicy({ host: '0.0.0.0', token: undefined, allowedHosts: '' }).ok).toBe(false)
  })
  const open = policy({ host: '0.0.0.0', token: TOKEN })
  const host = '192.0.2.7:3000'
  test('nothing or a wrong token is refused', () => {
    expect(codeOf(open, { headers: { host } })).toBe('unauthenticated')
    expect(codeOf(open, { headers: { host, authorization: `Bearer ${TOKEN}x` } })).toBe('unauthenticated')
    expect(codeOf(open, { headers: { host, authorization: 'Bearer ' } })).toBe('unauthenticated')
  })
  test('the token passes as Bearer, as Basic password and as ApiKey', () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    for (const authorization of [
      `Bearer ${TOKEN}`,
      `bearer ${TOKEN}`,
      `Basic ${base64(`elastic:${TOKEN}`)}`,
      `Basic ${base64(`${TOKEN}:`)}`,
      `ApiKey ${base64(`id:${TOKEN}`)}`,
    ]) {
      expect(codeOf(open, { headers: { host, authorization } })).toBe('ok')
    }
  })
  test('a session passes until it ends, and not with a changed end or another token', () => {
    const { value, maxAgeSeconds } = makeSession(TOKEN, NOW)
    const withCookie = (cookie: string, of = open) =>
      codeOf(of, { headers: { host, cookie: `x=1; ${SESSION_COOKIE}=${cookie}` } })
    expect(withCookie(value)).toBe('ok')
    expect(withCookie(value.replace(/^\d+/, (expiry) => String(Number(expiry) + 1)))).toBe('unauthenticated')
    expect(withCookie(value, policy({ host: '0.0.0.0', token: `${TOKEN}2` }))).toBe('unauthenticated')
    const later = new Date(NOW.getTime() + (maxAgeSeconds + 1) * 1000)
    expect(
      checkAccess(open, { method: 'GET', headers: { host, cookie: `${SESSION_COOKIE}=${value}` } }, later).ok,
    ).toBe(false)
  })
})

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['[::1]', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['127.0.0.1.evil.example', false],
  ['10.1.2.3', false],
])('%s counts as loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected)
})

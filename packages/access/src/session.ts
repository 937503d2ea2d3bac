import { createHmac, timingSafeEqual } from 'node:crypto'

export const SESSION_COOKIE = 'heartwood_session'
const SESSION_DAYS = 30

/**
 * A session that proves the token was shown: `expiry.signature`, signed with a key made from the token, so that
 * changing the token ends every session and nothing needs storing.
 */
export function makeSession(token: string, now: Date): { value: string; maxAgeSeconds: number } {
  const maxAgeSeconds = SESSION_DAYS * 86_400
  const expiry = String(Math.floor(now.getTime() / 1000) + maxAgeSeconds)
  return { value: `${expiry}.${sign(expiry, token)}`, maxAgeSeconds }
}

export function sessionIsValid(cookie: string, token: string, now: Date): boolean {
  const [expiry = '', signature = ''] = cookie.split('.')
  if (!/^\d{1,12}$/.test(expiry) || Number(expiry) * 1000 <= now.getTime()) return false
  const expected = Buffer.from(sign(expiry, token))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function sign(expiry: string, token: string): string {
  return createHmac('sha256', token).update(`heartwood session ${expiry}`).digest('base64url')
}

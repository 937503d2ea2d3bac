import { createHash, createHmac } from 'node:crypto'

/** Hexadecimal digits: enough to tell apart what an installation ever has, too few to be taken for the secret. */
const DIGITS = 12

/**
 * Names an access token without giving it away: the same token has the same name everywhere. An access token has 32
 * characters or more, so that nobody finds it by trying.
 */
export function tokenFingerprint(token: string): string {
  return createHash('sha256').update(`heartwood access token ${token}`).digest('hex').slice(0, DIGITS)
}

/**
 * Names a secret of any length: under a random key that stays on this machine, since a short password could be found by
 * trying. So it tells that a secret changed, and is of no use beside the key.
 */
export function secretFingerprint(secret: string, key: string): string {
  return createHmac('sha256', key).update(secret).digest('hex').slice(0, DIGITS)
}

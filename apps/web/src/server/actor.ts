import type { IncomingMessage } from 'node:http'
import type { Authentication } from '@heartwood/access'
import { type Actor, tokenFingerprint } from '@heartwood/audit'

/** Who sends a request that was let in. @param token of this server, where there is one */
export function actorOfRequest(
  request: IncomingMessage,
  authentication: Authentication,
  token: string | undefined,
): Actor {
  return {
    user: 'owner',
    authentication,
    ...(authentication !== 'none' && token !== undefined && { token_fingerprint: tokenFingerprint(token) }),
    ...whereFrom(request),
  }
}

/** Who sends a request that was not let in: nobody known. */
export function strangerOf(request: IncomingMessage): Actor {
  return { user: 'anonymous', authentication: 'none', ...whereFrom(request) }
}

function whereFrom({ socket, headers }: IncomingMessage): Partial<Actor> {
  const forwarded = headers['x-forwarded-for']
  return {
    address: socket.remoteAddress,
    forwarded_for: Array.isArray(forwarded) ? forwarded.join(', ') : forwarded,
    user_agent: headers['user-agent'],
  }
}

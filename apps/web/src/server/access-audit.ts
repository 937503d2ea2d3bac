import type { IncomingMessage } from 'node:http'
import type { AccessRefusal } from '@heartwood/access'
import type { Actor, AuditTrail, RepeatTrail } from '@heartwood/audit'
import { actorOfRequest, strangerOf } from './actor.ts'

/** Who came in and who was turned away, on the record. */
export interface AccessAudit {
  signedIn(request: IncomingMessage, token: string): Promise<void>
  signedOut(actor: Actor): Promise<void>
  /** A token that is not this server's was typed in. */
  signInFailed(request: IncomingMessage): void
  refused(request: IncomingMessage, code: AccessRefusal): void
}

/** @param refusals takes what a stranger can do as often as he likes: it is counted by where he comes from */
export function accessAudit(trail: AuditTrail, refusals: RepeatTrail): AccessAudit {
  return {
    signedIn: (request, token) =>
      trail.record({
        action: 'sign-in',
        outcome: 'success',
        message: 'signed in',
        actor: actorOfRequest(request, 'token', token),
      }),
    signedOut: (actor) =>
      trail.record({
        action: 'sign-out',
        outcome: 'success',
        message: 'signed out',
        actor,
      }),
    signInFailed(request) {
      refusals.note(`sign-in ${request.socket.remoteAddress}`, {
        action: 'sign-in',
        outcome: 'failure',
        message: 'a sign-in with a wrong token',
        actor: strangerOf(request),
      })
    },
    refused(request, code) {
      // Whoever shows nothing is sent to sign in: that is how everybody begins.
      if (code === 'unauthenticated' && request.headers.authorization === undefined) return
      const path = request.url?.split('?', 1)[0]
      refusals.note(`${code} ${request.socket.remoteAddress}`, {
        action: 'access-refused',
        outcome: 'failure',
        message: REASONS[code],
        actor: strangerOf(request),
        attributes: {
          'error.code': code,
          'http.request.method': request.method,
          'url.path': path?.slice(0, MAX_PATH),
        },
      })
    },
  }
}

const MAX_PATH = 200

const REASONS: Readonly<Record<AccessRefusal, string>> = {
  unauthenticated: 'a request with a wrong token',
  foreign_host: 'a request for another host',
  foreign_origin: 'a request from a page of another origin',
}

import type { RepeatTrail } from '@heartwood/audit'
import type { FastifyInstance } from 'fastify'

const UNAUTHENTICATED = 401

/** Senders with a wrong token, or none, on the record: one event and, while they go on, one a minute for each address. */
export function auditRefusedSenders(server: FastifyInstance, refusals: RepeatTrail): void {
  server.addHook('onResponse', ({ ip, method, headers, routeOptions }, reply, done) => {
    if (reply.statusCode === UNAUTHENTICATED) {
      refusals.note(ip, {
        action: 'access-refused',
        outcome: 'failure',
        message: 'logs sent with a wrong token, or none',
        actor: {
          user: 'anonymous',
          authentication: 'none',
          address: ip,
          user_agent: headers['user-agent'],
        },
        attributes: { 'http.request.method': method, 'http.route': routeOptions.url },
      })
    }
    done()
  })
}

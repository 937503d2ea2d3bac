import { AsyncLocalStorage } from 'node:async_hooks'
import { ACTOR_HEADER, type Actor, actorOf, PRODUCT } from '@heartwood/audit'
import type { FastifyInstance } from 'fastify'

/** On whose behalf a request is answered. */
export interface Asker {
  readonly actor: Actor
  readonly requestId?: string
  readonly traceId?: string | undefined
}

const asking = new AsyncLocalStorage<Asker>()

/** Who asks what is being answered right now; an app of the product outside of a request. */
export function asker(): Asker {
  return asking.getStore() ?? { actor: PRODUCT }
}

/** Remembers for each request who asks, for whatever is done to answer it. */
export function rememberAskers(server: FastifyInstance): void {
  server.addHook('onRequest', ({ id, headers }, _reply, done) => {
    const { traceparent } = headers
    const traceId = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined
    asking.run({ actor: actorOf(headers[ACTOR_HEADER]), requestId: id, traceId }, done)
  })
}

/** https://www.w3.org/TR/trace-context/#traceparent-header */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/

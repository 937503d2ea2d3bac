import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { TailHub } from '../tails/tail-hub.ts'
import { checkedQuery } from './checked-query.ts'

const TailBody = z.object({ query: z.string().max(20_000), per_second: z.number().int().min(1).optional() })

/** POST /internal/tail {query, per_second}: server-sent events until the client goes. */
export function tailRoute(server: FastifyInstance, tails: TailHub): void {
  server.post('/internal/tail', async (request, reply) => {
    const body = TailBody.safeParse(request.body)
    if (!body.success)
      throw new AppError('invalid_parameter', 'The body must be {"query": text, "per_second": number}.')
    const { query, per_second } = body.data
    checkedQuery(query)
    const { stream } = await tails.open(query, per_second)
    return reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store, no-transform')
      .send(stream)
  })
}

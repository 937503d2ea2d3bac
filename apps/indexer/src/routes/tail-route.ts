import { type Dataset, DatasetInput } from '@heartwood/api'
import { checkedQuery } from '@heartwood/indexing/changes'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { TailHub } from '../tails/tail-hub.ts'

const TailBody = z.object({
  query: z.string().max(20_000),
  dataset: DatasetInput,
  per_second: z.number().int().min(1).optional(),
})

/**
 * POST /internal/tail {query, dataset, per_second}: server-sent events until the client goes.
 * @param tails of each dataset that is indexed here; that of the audit events may come after the route, or not at all
 */
export function tailRoute(server: FastifyInstance, tails: ReadonlyMap<Dataset, TailHub>): void {
  server.post('/internal/tail', async (request, reply) => {
    const body = TailBody.safeParse(request.body)
    if (!body.success)
      throw new AppError(
        'invalid_parameter',
        'The body must be {"query": text, "dataset": "logs" or "audit", "per_second": number}.',
      )
    const { query, dataset, per_second } = body.data
    checkedQuery(query)
    const hub = tails.get(dataset)
    if (hub === undefined)
      throw new AppError('unavailable', `This indexer does not index the dataset ${dataset} yet.`, {
        retryAfterSeconds: 2,
      })
    const { stream } = await hub.open(query, per_second)
    return reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      .header('cache-control', 'no-store, no-transform')
      .send(stream)
  })
}

import type { FastifyInstance } from 'fastify'
import type { Indexer } from '../indexer.ts'

/** GET /internal/status: what is read from the queue and not searchable yet (inflated bytes), and for how long. */
export function statusRoute(
  server: FastifyInstance,
  indexer: { readonly progress: Pick<Indexer['progress'], 'sum' | 'lagMillis'> },
): void {
  server.get('/internal/status', async () => ({
    backlog_bytes: indexer.progress.sum('unseenBytes'),
    lag_ms: indexer.progress.lagMillis(),
  }))
}

import type { Dataset } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import { deleteRoute } from '@heartwood/indexing/changes'
import type { IdempotentWriter } from '@heartwood/log-store'
import { type App, httpServer } from '@heartwood/runtime'
import { dismissRoute } from '../routes/dismiss-route.ts'
import { statusRoute } from '../routes/status-route.ts'
import { tailRoute } from '../routes/tail-route.ts'
import type { TailHub } from '../tails/tail-hub.ts'
import type { ClusterIndexer } from './cluster-indexer.ts'
import { sharedBatchRoute } from './shared-batch-route.ts'

export interface ClusterServerParts {
  readonly indexer: Pick<ClusterIndexer, 'progress' | 'batch'>
  readonly tails: ReadonlyMap<Dataset, TailHub>
  readonly writer: IdempotentWriter
  readonly now: () => Nanos
}

/** The same routes as those of the one indexer of a machine, for the other apps of the cluster. */
export function clusterServer(app: App, { indexer, tails, writer, now }: ClusterServerParts) {
  const { HEARTWOOD_INTERNAL_HOST: host, HEARTWOOD_INDEXER_PORT: port } = app.settings
  const http = httpServer(app, { host, port, audience: 'internal' })
  tailRoute(http.server, tails)
  deleteRoute(http.server, { app: 'indexer', remove: (request) => writer.delete(request), now })
  dismissRoute(http.server, writer)
  sharedBatchRoute(http.server, indexer, writer)
  statusRoute(http.server, indexer)
  return http
}

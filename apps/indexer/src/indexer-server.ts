import type { Dataset } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import { deleteRoute } from '@heartwood/indexing/changes'
import type { LogWriter } from '@heartwood/log-store'
import type { QueueConsumer } from '@heartwood/queue'
import { type App, httpServer } from '@heartwood/runtime'
import type { Indexer } from './indexer.ts'
import { batchRoute } from './routes/batch-route.ts'
import { dismissRoute } from './routes/dismiss-route.ts'
import { statusRoute } from './routes/status-route.ts'
import { tailRoute } from './routes/tail-route.ts'
import type { TailHub } from './tails/tail-hub.ts'

export interface IndexerServerParts {
  readonly indexer: Indexer
  readonly tails: ReadonlyMap<Dataset, TailHub>
  readonly writer: LogWriter
  readonly consumer: QueueConsumer
  readonly now: () => Nanos
}

/** The routes the other apps ask; on loopback, behind the internal token. */
export function indexerServer(app: App, port: number, parts: IndexerServerParts) {
  const http = httpServer(app, { host: '127.0.0.1', port, audience: 'internal' })
  tailRoute(http.server, parts.tails)
  deleteRoute(http.server, {
    app: 'indexer',
    remove: (request) => parts.writer.delete(request),
    now: parts.now,
  })
  dismissRoute(http.server, parts.writer)
  batchRoute(http.server, parts.indexer, parts.writer, parts.consumer)
  statusRoute(http.server, parts.indexer)
  return http
}

import type { RepeatTrail } from '@heartwood/audit'
import { PRODUCT_HEADER } from '@heartwood/doors'
import type { Nanos } from '@heartwood/event'
import type { QueuePublisher } from '@heartwood/queue'
import { type App, httpServer } from '@heartwood/runtime'
import type { FastifyRequest } from 'fastify'
import { bodyBudget } from './body-budget.ts'
import { bodyPool } from './body-pool.ts'
import { ingestMetrics } from './ingest-metrics.ts'
import type { Intake } from './intake.ts'
import { batchIds } from './new-batch-id.ts'
import { auditRefusedSenders } from './refused-senders.ts'
import { elasticsearchError, elasticsearchRoutes } from './routes/elasticsearch.ts'
import { ingestRoute, isMultipart } from './routes/ingest.ts'
import { otherPaths } from './routes/other-paths.ts'
import { otlpErrorAnswer, otlpRoute } from './routes/otlp.ts'
import { replayRoute } from './routes/replay.ts'

export interface IngestOptions {
  readonly host: string
  readonly port: number
  readonly publisher: QueuePublisher
  readonly now: () => Nanos
  /** Bytes of bodies in memory at once. */
  readonly bufferBytes: number
  /** Time a body may take to arrive, milliseconds. */
  readonly bodyTimeout: number
  /** Takes who is turned away. */
  readonly refusals: RepeatTrail
}

/** Node ends a request that is this much later than its body may be, whatever holds it. */
const GRACE_MILLIS = 30_000

/** The HTTP server of ingest with all its doors, not listening yet. */
export function ingestServer(app: App, options: IngestOptions): ReturnType<typeof httpServer> {
  const http = httpServer(app, {
    host: options.host,
    port: options.port,
    audience: 'public',
    requestTimeout: options.bodyTimeout + GRACE_MILLIS,
    errorAnswer: (request, error, reply) =>
      otlpErrorAnswer(request, error, reply) ?? elasticsearchError(request, error),
  })
  const { server } = http
  const budget = bodyBudget(options.bufferBytes)
  const intake: Intake = {
    publisher: options.publisher,
    budget,
    metrics: ingestMetrics(app.metrics, {
      bufferedBytes: () => budget.used,
      backlog: () => options.publisher.backlog(),
    }),
    limits: { maxBytes: app.settings.HEARTWOOD_MAX_BODY_MB * 1024 * 1024, timeout: options.bodyTimeout },
    now: options.now,
    newBatchId: batchIds(Date.now),
    pool: bodyPool(),
    cluster: 'heartwood',
  }
  // Bodies are read by the routes themselves, as streams; the media type decides nothing.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', (_request, _payload, done) => done(null))
  server.addHook('onRequest', ({ raw }, _reply, done) => {
    // Fastify refuses what it cannot parse as a media type; only a form is worth telling apart here.
    if (!isMultipart(raw)) raw.headers['content-type'] = 'application/octet-stream'
    done()
  })
  server.addHook('onSend', (_request, reply, payload, done) => {
    reply.header(PRODUCT_HEADER.name, PRODUCT_HEADER.value)
    // The rest of a body that comes too slowly is not waited for.
    if (reply.statusCode === 408) reply.header('connection', 'close')
    done(null, payload)
  })
  server.addHook('onResponse', (request, reply, done) => {
    intake.metrics.requests.inc({ route: routeOf(request), status: String(reply.statusCode) })
    done()
  })
  auditRefusedSenders(server, options.refusals)
  ingestRoute(server, intake)
  elasticsearchRoutes(server, intake)
  otlpRoute(server, intake)
  replayRoute(server, intake, app.internalToken)
  otherPaths(server, intake.cluster)
  return http
}

/** The route's pattern: a label with few values, whatever clients ask for. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'other'
}

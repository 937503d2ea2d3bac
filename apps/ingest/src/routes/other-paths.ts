import { handshakeAnswer } from '@heartwood/doors'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { OTLP_PATH } from './otlp.ts'

/** The ways in, for whoever asks at a path that is none. */
const DOORS = [
  {
    method: 'POST',
    path: '/ingest?service=&environment=&hostname=',
    takes: 'JSON lines, a JSON array or object, or lines of text; plain, gzip, zstd or deflate',
  },
  {
    method: 'POST',
    path: '/v1/logs',
    takes: 'logs of OpenTelemetry (OTLP over HTTP), as protobuf or JSON',
  },
  { method: 'POST', path: '/_bulk, /INDEX/_bulk', takes: 'Elasticsearch bulk requests' },
  {
    method: 'POST',
    path: '/INDEX/_doc, /INDEX/_create/ID',
    takes: 'one document, as Elasticsearch takes it',
  },
] as const

/** Everything that is no door: what Elasticsearch clients ask before they send, and the way to the doors. */
export function otherPaths(server: FastifyInstance, cluster: string): void {
  server.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    const answer = handshakeAnswer(request.method, path, cluster)
    if (answer !== undefined) return reply.code(answer.status).send(answer.body)
    if (path === '/ingest' || path === OTLP_PATH || /\/_(?:bulk|doc|create)$/.test(path)) {
      reply.header('allow', 'POST')
      throw new AppError('method_not_allowed', `Logs are sent to ${path} with POST.`, {
        details: { doors: DOORS },
      })
    }
    throw new AppError(
      'unknown_path',
      `There is nothing at ${path}; logs come in at the doors listed here.`,
      {
        details: { doors: DOORS },
      },
    )
  })
}

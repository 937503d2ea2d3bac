import {
  acceptBulk,
  bulkAnswer,
  bulkOfDocument,
  documentAnswer,
  errorAnswer,
  errorType,
} from '@heartwood/doors'
import type { AppError } from '@heartwood/runtime'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Intake, takeIn } from '../intake.ts'
import { BATCH_HEADER } from './ingest.ts'
import { defaultsOf, textParameter } from './url-parameters.ts'

const Target = z.object({ index: z.string().optional(), id: z.string().optional() })

/** Elasticsearch's ways of adding documents: `_bulk`, and one document at a time. */
export function elasticsearchRoutes(server: FastifyInstance, intake: Intake): void {
  const bulk = (request: FastifyRequest, reply: FastifyReply) => takeBulk(intake, request, reply)
  // Clients made for Elasticsearch 6 and older put a type behind the index; it means nothing.
  for (const url of ['/_bulk', '/:index/_bulk', '/:index/:type/_bulk'])
    server.route({ method: ['POST', 'PUT'], url, handler: bulk })
  const document = (operation: 'create' | 'index') => (request: FastifyRequest, reply: FastifyReply) =>
    takeDocument(intake, operation, request, reply)
  server.route({ method: 'POST', url: '/:index/_doc', handler: document('index') })
  server.route({ method: ['POST', 'PUT'], url: '/:index/_doc/:id', handler: document('index') })
  server.route({ method: ['POST', 'PUT'], url: '/:index/_create/:id', handler: document('create') })
}

async function takeBulk(intake: Intake, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const start = performance.now()
  const { index } = Target.parse(request.params)
  const { accepted, batchId } = await takeIn(intake, request, {
    defaults: defaultsOf(request),
    index,
    accept: acceptBulk,
  })
  const answer = bulkAnswer(accepted, {
    batchId,
    index,
    tookMs: performance.now() - start,
    filterPath: textParameter(request, 'filter_path'),
  })
  return reply.header(BATCH_HEADER, batchId).type('application/json').send(answer)
}

async function takeDocument(
  intake: Intake,
  operation: 'create' | 'index',
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { index, id } = Target.parse(request.params)
  const { accepted, batchId } = await takeIn(intake, request, {
    defaults: defaultsOf(request),
    index,
    rewrite: (document) => bulkOfDocument(operation, id, document),
    accept: acceptBulk,
  })
  const { status, body } = documentAnswer(accepted, { batchId, index })
  return reply.header(BATCH_HEADER, batchId).code(status).send(body)
}

const ELASTICSEARCH_PATH = /\/(?:_bulk|_doc|_create)(?:\/|$)|^\/_/

/** Errors on Elasticsearch's paths have its shape; undefined elsewhere. */
export function elasticsearchError(request: FastifyRequest, error: AppError): unknown {
  const path = request.url.split('?', 1)[0] ?? ''
  if (!ELASTICSEARCH_PATH.test(path)) return undefined
  return errorAnswer(error.status, errorType(error.status), error.message)
}

import type { IncomingMessage } from 'node:http'
import { acceptLogs, ingestAnswer } from '@heartwood/doors'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { type Intake, takeIn } from '../intake.ts'
import { defaultsOf } from './url-parameters.ts'

export const BATCH_HEADER = 'x-heartwood-batch'

/** `POST /ingest`: JSON lines, a JSON array or object, or lines of text. */
export function ingestRoute(server: FastifyInstance, intake: Intake): void {
  server.post('/ingest', async (request, reply) => {
    if (isMultipart(request.raw))
      throw new AppError(
        'invalid_body',
        'A multipart form cannot be read; send the file itself: curl --data-binary @app.log',
      )
    const { accepted, batchId } = await takeIn(intake, request, {
      defaults: defaultsOf(request),
      accept: acceptLogs,
    })
    const answer = ingestAnswer(batchId, accepted)
    if (answer.accepted > 0) return reply.header(BATCH_HEADER, batchId).send(answer)
    const { accepted: none, rejected, errors } = answer
    throw new AppError('invalid_body', 'No record could be taken; nothing was stored.', {
      details: { accepted: none, rejected, errors },
    })
  })
}

export function isMultipart(request: IncomingMessage): boolean {
  return /^multipart\//i.test(request.headers['content-type'] ?? '')
}

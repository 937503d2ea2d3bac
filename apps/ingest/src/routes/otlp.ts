import { acceptOtlp, type OtlpMediaType, otlpAnswer, otlpError, otlpMediaType } from '@heartwood/doors'
import type { AppError } from '@heartwood/runtime'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Intake, takeIn } from '../intake.ts'
import { BATCH_HEADER } from './ingest.ts'
import { defaultsOf } from './url-parameters.ts'

export const OTLP_PATH = '/v1/logs'

/** `POST /v1/logs`: what the exporters of OpenTelemetry send over HTTP, as protobuf or JSON. */
export function otlpRoute(server: FastifyInstance, intake: Intake): void {
  server.post(OTLP_PATH, async (request, reply) => {
    const { accepted, batchId } = await takeIn(intake, request, {
      defaults: defaultsOf(request),
      accept: acceptOtlp,
    })
    const type = mediaTypeOf(request)
    return reply.header(BATCH_HEADER, batchId).type(type).send(otlpAnswer(accepted, type))
  })
}

/** Errors on OTLP's path have its shape; undefined elsewhere. */
export function otlpErrorAnswer(request: FastifyRequest, error: AppError, reply: FastifyReply): unknown {
  if (request.url.split('?', 1)[0] !== OTLP_PATH) return undefined
  const type = mediaTypeOf(request)
  reply.type(type)
  return otlpError(error.status, error.message, type)
}

/** What the client wrote; for Fastify every body is bytes, see ingestServer. */
function mediaTypeOf({ raw: { rawHeaders } }: FastifyRequest): OtlpMediaType {
  const name = rawHeaders.findIndex((field, at) => at % 2 === 0 && field.toLowerCase() === 'content-type')
  return otlpMediaType(name < 0 ? undefined : rawHeaders[name + 1])
}

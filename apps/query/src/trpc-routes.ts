import type { QuestionService } from '@heartwood/api'
import { type AppRouter, appRouter } from '@heartwood/api/router'
import { AppError } from '@heartwood/runtime'
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import type { FastifyInstance } from 'fastify'

export const TRPC_PREFIX = '/api/trpc'
/** A page asks a handful of questions at once. */
const MAX_BATCH = 20

/** The same questions for the pages: tRPC under /api/trpc, with an address for each procedure. */
export function addTrpcRoutes(server: FastifyInstance, questions: QuestionService): void {
  const options: FastifyTRPCPluginOptions<AppRouter> = {
    prefix: TRPC_PREFIX,
    trpcOptions: {
      router: appRouter,
      maxBatchSize: MAX_BATCH,
      createContext: ({ req }) => ({ questions, requestId: req.id }),
      responseMeta: ({ errors }) => ({ headers: { 'cache-control': 'no-store', ...retryAfter(errors) } }),
      onError({ error, req, path }) {
        if (error.code === 'INTERNAL_SERVER_ERROR' && !isAbort(error.cause))
          req.log.error({ err: error.cause ?? error, request: req.id, procedure: path }, error.message)
      },
    },
  }
  server.register(fastifyTRPCPlugin, options)
}

function retryAfter(errors: readonly { cause?: unknown }[]): { 'retry-after'?: string } {
  const seconds = errors.flatMap(({ cause }) =>
    cause instanceof AppError && cause.retryAfterSeconds !== undefined ? [cause.retryAfterSeconds] : [],
  )
  return seconds.length === 0 ? {} : { 'retry-after': String(Math.max(1, Math.ceil(Math.max(...seconds)))) }
}

function isAbort(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'AbortError'
}

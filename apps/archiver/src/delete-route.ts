import { InternalDelete } from '@heartwood/api'
import { LogStoreError } from '@heartwood/log-store'
import { type DeleteParts, deleteEvents } from '@heartwood/log-store/cold'
import { parse } from '@heartwood/query-lang'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'

/** POST /internal/delete {query, from, to, accepted_before}: removes from the archive what matches, as the indexer does from its store. */
export function deleteRoute(server: FastifyInstance, parts: DeleteParts, now: () => bigint): void {
  server.post('/internal/delete', async (request) => {
    const body = InternalDelete.safeParse(request.body)
    if (!body.success)
      throw new AppError('invalid_parameter', 'The body must be {query, from, to, accepted_before}.')
    const { from, to, accepted_before: acceptedBefore = now() } = body.data
    const { query, valid } = parse(body.data.query)
    if (!valid) throw new AppError('invalid_query', 'The query has an error.')
    try {
      return await deleteEvents(parts, { query, range: { from, to }, acceptedBefore }, now())
    } catch (error) {
      throw asAppError(error)
    }
  })
}

function asAppError(error: unknown): unknown {
  if (!(error instanceof LogStoreError)) return error
  switch (error.code) {
    case 'unavailable':
    case 'closed':
      return new AppError('unavailable', error.message, { cause: error, retryAfterSeconds: 5 })
    case 'corrupt':
      return new AppError('store_corrupt', error.message, { cause: error })
    case 'unsupported':
      return new AppError('unsupported_query', error.message, { cause: error })
    default:
      return error
  }
}

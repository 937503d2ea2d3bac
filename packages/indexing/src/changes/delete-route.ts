import { InternalDelete } from '@heartwood/api'
import type { Nanos } from '@heartwood/event'
import type { DeleteRequest } from '@heartwood/log-store'
import { AppError, type AppName } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { checkedQuery } from './checked-query.ts'
import { storeError } from './store-error.ts'

interface Deleting {
  readonly app: AppName
  /** From the store of the app. */
  readonly remove: (request: DeleteRequest) => Promise<{ deleted: number }>
  readonly now: () => Nanos
}

/**
 * POST /internal/delete {query, from, to, accepted_before}: removes what matches, also of what was accepted before that
 * time (without one: now) and is not stored yet.
 */
export function deleteRoute(server: FastifyInstance, { app, remove, now }: Deleting): void {
  server.post('/internal/delete', async (request) => {
    const body = InternalDelete.safeParse(request.body)
    if (!body.success) {
      throw new AppError(
        'invalid_parameter',
        'The body must be {query, from, to, accepted_before}, times in epoch nanoseconds as text.',
      )
    }
    const { query, from, to, accepted_before: acceptedBefore = now() } = body.data
    const checked = checkedQuery(query)
    try {
      return await remove({ query: checked, range: { from, to }, acceptedBefore })
    } catch (error) {
      throw storeError(error, app)
    }
  })
}

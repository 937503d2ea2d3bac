import { type DeadLetterFilter, nanosFromIso } from '@heartwood/event'
import { storeError } from '@heartwood/indexing/changes'
import type { LogWriter } from '@heartwood/log-store'
import { AppError } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

const Time = z.string().transform((text, context) => {
  const nanos = nanosFromIso(text)
  if (nanos !== undefined) return nanos
  context.addIssue('takes ISO 8601')
  return z.NEVER
})

const DismissBody = z.strictObject({
  id: z.string().optional(),
  door: z.string().optional(),
  step: z.string().optional(),
  reason: z.string().optional(),
  batch_id: z.string().optional(),
  from: Time.optional(),
  to: Time.optional(),
})

/** POST /internal/dead-letters/dismiss: removes the dead letters that match. */
export function dismissRoute(server: FastifyInstance, writer: Pick<LogWriter, 'dismissDeadLetters'>): void {
  server.post('/internal/dead-letters/dismiss', async (request) => {
    const body = DismissBody.safeParse(request.body)
    if (!body.success) throw new AppError('invalid_parameter', 'The body must be a filter of dead letters.')
    const { batch_id: batchId, ...rest } = body.data
    const filter: DeadLetterFilter = { ...rest, batchId }
    try {
      return await writer.dismissDeadLetters(filter)
    } catch (error) {
      throw storeError(error, 'indexer')
    }
  })
}

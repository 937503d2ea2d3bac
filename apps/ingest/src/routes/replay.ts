import { DeadLetter, MAX_ORIGINAL_BYTES, replayHeader } from '@heartwood/event'
import { AppError, isInternal } from '@heartwood/runtime'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type Intake, intoQueue } from '../intake.ts'
import { receiveBody } from '../receive-body.ts'

const ReplayBody = z.object({ letter: DeadLetter.pick({ id: true, attempts: true, original: true }) })

/** Base64 of the largest body, and a header with room for the indexes of what was refused. */
const MAX_BYTES = Math.ceil(MAX_ORIGINAL_BYTES / 3) * 4 + 8 * 1024 * 1024

/**
 * `POST /internal/replay`: what a dead letter has kept goes into the durable queue once more; for the query app alone.
 * Letters go to partitions by their id, so that a second replay of the same attempt meets the first and is absorbed.
 */
export function replayRoute(server: FastifyInstance, intake: Intake, internalToken: string): void {
  server.post('/internal/replay', async (request) => {
    if (!isInternal({ internalToken }, request.headers))
      throw new AppError('unauthenticated', 'Replays come from the query app; ask the web port for one.')
    using lease = intake.budget.lease()
    const limits = { ...intake.limits, maxBytes: MAX_BYTES }
    using body = await receiveBody(request.raw, { lease, pool: intake.pool, limits })
    const { letter } = ReplayBody.parse(JSON.parse(new TextDecoder().decode(body.inflated)))
    if (letter.original === undefined)
      throw new AppError('invalid_parameter', 'A letter without its original cannot be replayed.')
    const header = replayHeader(letter, letter.original)
    await intoQueue(intake, letter.id, header, Buffer.from(letter.original.body, 'base64'))
    return { batch_id: header.batch_id }
  })
}

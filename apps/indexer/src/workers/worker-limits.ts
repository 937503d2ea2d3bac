import { z } from 'zod'
import { GROUP_LIMITS, memoryLimits } from '../groups/group-limits.ts'
import { TAIL_LIMITS } from '../tails/tail-limits.ts'

/** How much a worker may gather, hold and hand out; see the types of its parts for what each means. */
export const WorkerLimits = z.object({
  limits: z.object({
    rows: z.number(),
    bytes: z.number(),
    cells: z.number(),
    millis: z.number(),
    letterMillis: z.number(),
    showMillis: z.number(),
  }),
  memory: z.object({ rows: z.number(), bytes: z.number() }),
  tails: z.object({ ring: z.number(), perSecond: z.number() }),
  /** Between two tries of what fails. */
  retryMillis: z.object({ first: z.number(), most: z.number() }),
})
export type WorkerLimits = z.infer<typeof WorkerLimits>

/** For each of some workers of one process. */
export function workerLimits(workers: number): WorkerLimits {
  return {
    limits: GROUP_LIMITS,
    memory: memoryLimits(workers),
    tails: TAIL_LIMITS,
    retryMillis: { first: 250, most: 10_000 },
  }
}

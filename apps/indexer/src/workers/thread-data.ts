import { MessagePort } from 'node:worker_threads'
import { z } from 'zod'
import { WorkerLimits } from './worker-limits.ts'

/** What a thread is given when it starts. */
export const ThreadData = z.object({
  queueDir: z.string(),
  /** To the writer of the store, in the main thread. */
  store: z.instanceof(MessagePort),
  partitions: z.array(z.number().int().nonnegative()),
  limits: WorkerLimits,
})
export type ThreadData = z.infer<typeof ThreadData>

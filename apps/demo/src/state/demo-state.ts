import { z } from 'zod'

/** What is remembered of the demo between starts. Times are epoch milliseconds. */
export const DemoState = z.object({
  version: z.literal(1),
  phase: z.enum(['running', 'stopped', 'deleting']),
  /** The shop follows from it and the time it opened. */
  seed: z.number().int(),
  opened_at: z.number().int(),
  /** Everything before is stored; what follows may be, and is sent again. */
  written_to: z.number().int(),
  /** Logs that are not the demo's have been seen. */
  own_logs: z.boolean(),
})
export type DemoState = z.infer<typeof DemoState>

import { z } from 'zod'
import { Workload } from '../generator/workload.ts'

/** What a process of the plain way is to do. */
export const PlainTask = z.object({
  kafka: z.string(),
  elasticsearch: z.string(),
  topic: z.string(),
  partitions: z.number().int().positive(),
  index: z.string(),
  workload: Workload,
  events: z.number().int().positive(),
})
export type PlainTask = z.infer<typeof PlainTask>

export const PlainReply = z.discriminatedUnion('is', [
  /** The producer has made the topic and its messages, in two halves of so many. */
  z.object({ is: z.literal('prepared'), first: z.number().int(), second: z.number().int() }),
  z.object({ is: z.literal('produced') }),
  /** A consumer has been given so many partitions. */
  z.object({ is: z.literal('assigned'), partitions: z.number().int() }),
  /** Elasticsearch did not take these. */
  z.object({ is: z.literal('dropped'), events: z.number().int() }),
])
export type PlainReply = z.infer<typeof PlainReply>

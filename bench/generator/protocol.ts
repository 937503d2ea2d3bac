import { z } from 'zod'
import { Pace, Workload } from './workload.ts'

/** A body as it was sent: with this, its times and trace ids can be worked out again. */
export const Sending = z.object({
  /** Index into the ring. */
  body: z.number().int(),
  /** No event of it is later, microseconds since 1970. */
  endMicros: z.number(),
  microsPerEvent: z.number(),
  seed: z.tuple([z.number(), z.number()]),
})
export type Sending = z.infer<typeof Sending>

export const StepReport = z.object({
  /** Events accepted with a 2xx, and their bytes before compression. */
  events: z.number(),
  bytes: z.number(),
  requests: z.number(),
  /** Paced: requests that were given up because no connection was free in time. */
  unsent: z.number(),
  /** Answers by status; `none` where the connection broke. */
  statuses: z.record(z.string(), z.number()),
  /**
   * Of the 2xx, milliseconds; paced, from when the request was due, so that waiting for a slow answer counts. A request
   * that was given up counts with the time it waited.
   */
  latencies: z.array(z.number()),
  /** From the first request of the step to the last answer. */
  seconds: z.number(),
})
export type StepReport = z.infer<typeof StepReport>

export const Report = z.object({
  steps: z.array(StepReport),
  /** What was accepted. */
  sendings: z.array(Sending),
  seconds: z.number(),
  /** CPU of the generator while it sent. */
  cpuSeconds: z.number(),
})
export type Report = z.infer<typeof Report>

export const Command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('prepare'), workload: Workload }),
  z.object({ do: z.literal('run'), pace: Pace }),
  /** Events of the run that are searchable by now. */
  z.object({ do: z.literal('indexed'), events: z.number() }),
])
export type Command = z.infer<typeof Command>

export const Reply = z.discriminatedUnion('is', [
  z.object({ is: z.literal('prepared'), bytesPerEvent: z.number() }),
  z.object({ is: z.literal('report'), report: Report }),
  /** Several times a second during a run: events accepted so far, and when (microseconds of the monotonic clock). */
  z.object({ is: z.literal('progress'), accepted: z.number(), at: z.number() }),
])
export type Reply = z.infer<typeof Reply>

import { z } from 'zod'

/** What is sent, without how fast. */
export const Workload = z.object({
  name: z.string(),
  seed: z.number().int(),
  services: z.number().int().min(1).max(10_000),
  /** Bytes of a line, about. */
  bytes: z.number().int().min(300),
  format: z.enum(['json', 'text']),
  /** Layouts of the keys that take turns from line to line. */
  shapes: z.number().int().min(1).max(10),
  /** Share of the messages that need escapes in JSON. */
  escapes: z.number().min(0).max(1),
  encoding: z.enum(['identity', 'gzip', 'zstd']),
  eventsPerBody: z.number().int().min(1),
  /** Bodies prepared before the run and sent in turn. */
  bodies: z.number().int().min(1),
})
export type Workload = z.infer<typeof Workload>

/** How it is sent. */
export const Pace = z.object({
  url: z.string(),
  seconds: z.number().positive(),
  /** Events per second by the clock, however slow the answers; null: as fast as the answers come. */
  eventsPerSecond: z.number().positive().nullable(),
  connections: z.number().int().min(1),
  /** Flat out, waits while so many events are accepted and not yet indexed; null: never. */
  maxBacklog: z.number().positive().nullable(),
})
export type Pace = z.infer<typeof Pace>

const Counts = z.record(z.string(), z.number())

/** What is known of the events sent, to check answers with. */
export const Facts = z.object({
  events: z.number(),
  bytes: z.number(),
  byLevel: Counts,
  /** Of level error or worse. */
  errorsByService: Counts,
  /** With http.status_code >= 500. */
  failuresByService: Counts,
  /** With SUBSTRING in the message, in any case. */
  substring: z.number(),
})
export type Facts = z.infer<typeof Facts>

export const Report = z.object({
  facts: Facts,
  requests: z.number(),
  /** Answers by status; `none` where the connection broke. */
  statuses: Counts,
  /** Of the 2xx, milliseconds; paced, from when the request was due, so that waiting for a slow answer counts. */
  latencies: z.array(z.number()),
  wallSeconds: z.number(),
  /** CPU of the generator while it sent. */
  cpuSeconds: z.number(),
})
export type Report = z.infer<typeof Report>

export const Command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('prepare'), workload: Workload }),
  z.object({ do: z.literal('run'), pace: Pace }),
  z.object({ do: z.literal('indexed'), events: z.number() }),
])
export type Command = z.infer<typeof Command>

export const Reply = z.discriminatedUnion('is', [
  z.object({ is: z.literal('prepared'), bytesPerEvent: z.number() }),
  z.object({ is: z.literal('report'), report: Report }),
])
export type Reply = z.infer<typeof Reply>

/** In one message of a hundred, in changing case. */
export const SUBSTRING = 'pstrea'

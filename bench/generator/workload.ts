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
  /** Share of the lines with a trace id, each one of its own. */
  traces: z.number().min(0).max(1),
  encoding: z.enum(['identity', 'gzip', 'zstd']),
  eventsPerBody: z.number().int().min(1),
  /** Bodies prepared before the run and sent in turn. */
  bodies: z.number().int().min(1),
})
export type Workload = z.infer<typeof Workload>

/** Milliseconds and events of a step, at a rate or without one. */
export const Step = z.discriminatedUnion('kind', [
  /** As fast as the answers come, but never further ahead of the indexer than the backlog window. */
  z.object({ kind: z.literal('flat-out'), seconds: z.number().positive() }),
  /** The same until so many events are accepted. */
  z.object({ kind: z.literal('fill'), events: z.number().int().positive() }),
  /** By the clock, however slow the answers. */
  z.object({
    kind: z.literal('paced'),
    seconds: z.number().positive(),
    eventsPerSecond: z.number().positive(),
  }),
])
export type Step = z.infer<typeof Step>

/** How it is sent. */
export const Pace = z.object({
  /** Of each ingest; the connections take them in turn. */
  urls: z.array(z.string()).min(1),
  connections: z.number().int().min(1),
  /** One after the other without a break. */
  steps: z.array(Step).min(1),
  /**
   * The times of the events: null is now. Otherwise a calendar that starts at a moment and moves on by so much with each
   * event sent, so that days are filled in minutes.
   */
  calendar: z.object({ startMicros: z.number(), microsPerEvent: z.number().positive() }).nullable(),
  /** Events that may be accepted and not yet searchable in any case; 100,000 unless it says otherwise. */
  leastWindow: z.number().positive().optional(),
})
export type Pace = z.infer<typeof Pace>

/** A workload with its pace, as a plan holds it. */
export interface Load {
  readonly workload: Workload
  readonly pace: Omit<Pace, 'urls'>
}

/** In one message of a hundred, in changing case. */
export const SUBSTRING = 'pstrea'

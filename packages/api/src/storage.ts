import { z } from 'zod'
import { limitInput } from './limit.ts'
import { MissingJson, TierJson } from './schemas.ts'

const Day = z.iso.date().meta({ examples: ['2026-03-01'] })

export const StoredDayJson = z.object({
  day: Day.nullable().meta({
    description:
      'the UTC day the events happened on; null for what lies in files with events of many days, which are not told apart',
  }),
  events: z.number().int(),
  bytes: z
    .number()
    .int()
    .meta({ description: 'of files with events of several days, in proportion to the events' }),
  segments: z.number().int(),
  tiers: z
    .array(
      z.object({
        tier: TierJson,
        answers: z.boolean().meta({ description: 'whether questions about the day are answered from it' }),
        events: z.number().int(),
        bytes: z.number().int(),
        segments: z.number().int(),
      }),
    )
    .optional()
    .meta({ description: 'what each tier has of it; not there where there is only one' }),
  kept_until: z.string().meta({
    description: 'when all of it is past retention; the disk limit may take it earlier',
  }),
})
export type StoredDayJson = z.infer<typeof StoredDayJson>

/** What is stored, by day, newest first; the sums are the whole store. */
export const StorageOutput = z.object({
  events: z.number().int(),
  bytes: z.number().int(),
  segments: z.number().int(),
  days: z.array(StoredDayJson),
  missing: z.array(MissingJson).optional().meta({
    description: 'tiers of which nothing is known at the moment, so that they are not counted',
  }),
  last_day: z
    .object({ events: z.number().int(), bytes: z.number().int() })
    .meta({ description: 'of the last 24 hours; the bytes are what so many events of these days take' }),
})
export type StorageOutput = z.infer<typeof StorageOutput>

export const StorageServicesInput = z.object({
  day: Day.optional().meta({ description: 'of one UTC day; without it, of all' }),
  limit: limitInput(1000, 50, 'how many services, those with most events'),
})
export type StorageServicesInput = z.input<typeof StorageServicesInput>

/** Exact events, estimated bytes: files hold the services together, so each counts in proportion to its events. */
export const ServiceShareJson = z.object({ events: z.number().int(), estimated_bytes: z.number().int() })
export const StorageServicesOutput = z.object({
  day: Day.nullable(),
  events: z.number().int(),
  bytes: z.number().int(),
  services: z.array(ServiceShareJson.extend({ service: z.string() })),
  /** Of services past the limit, and of events without one. */
  others: ServiceShareJson,
  without_service: ServiceShareJson,
})
export type StorageServicesOutput = z.infer<typeof StorageServicesOutput>

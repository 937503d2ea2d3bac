import { z } from 'zod'

export const PRODUCT_APPS = ['ingest', 'indexer', 'query', 'alerter', 'archiver', 'web', 'demo'] as const

/** How one app of the installation does. */
export const AppStateJson = z.object({
  app: z.enum(PRODUCT_APPS),
  instance: z.string().nullable().meta({
    description: 'its name, where a cluster has several of an app; null where there is one of each',
  }),
  state: z.enum(['ready', 'not_ready', 'down', 'off']).meta({
    description:
      'not_ready: it runs, and says what keeps it; down: it does not answer; off: there is none, by setting or because it is over',
  }),
  reasons: z.array(z.string()).meta({ description: 'why it is not ready, or does not answer' }),
  warnings: z.array(z.string()).meta({ description: 'what should be known although it does its work' }),
  started_at: z.string().nullable(),
  resident_bytes: z.number().nullable().meta({ description: 'memory the process has, as the system says' }),
  cpu_seconds: z.number().nullable().meta({ description: 'since it started, all its threads' }),
})
export type AppStateJson = z.infer<typeof AppStateJson>

/** Counters of one process since it started: whoever asks twice has a rate. */
export const ProcessAcceptedJson = z.object({
  instance: z.string().nullable(),
  since: z.string(),
  events: z.number(),
  bytes: z.number(),
})
export type ProcessAcceptedJson = z.infer<typeof ProcessAcceptedJson>

/** Of all processes that take logs in, each since it started. */
export const AcceptedJson = z.object({
  since: z.string().meta({ description: 'when the last of them started' }),
  processes: z.array(ProcessAcceptedJson).meta({ description: 'the same by process, for rates' }),
  events: z.number(),
  bytes: z.number().meta({ description: 'of acknowledged bodies, inflated' }),
  received_bytes: z.number().meta({ description: 'the same bodies as they came, compressed or not' }),
  rejected_records: z.number().meta({ description: 'records that an answer refused one by one' }),
  refused_requests: z.array(z.object({ status: z.string(), requests: z.number() })).meta({
    description:
      'requests that nothing was kept of because something was full or away (429, 503, 507), by status',
  }),
})
export type AcceptedJson = z.infer<typeof AcceptedJson>

/** How the installation does. What an app would say that does not answer is null. */
export const SystemOutput = z.object({
  version: z.string(),
  /** When it was read. */
  at: z.string(),
  apps: z.array(AppStateJson),
  /** Memory of what runs beside the apps, where the system tells (Linux). */
  supervisor_bytes: z.number().nullable(),
  postgres_bytes: z.number().nullable().meta({
    description:
      'of all processes of the PostgreSQL that comes along, what they share counted once; null too where the database is another',
  }),
  accepted: AcceptedJson.nullable(),
  queue: z.object({
    bytes: z.number().nullable().meta({ description: 'kept because it is not durable in the store yet' }),
    limit_bytes: z.number().nullable().meta({ description: 'above it, senders are told to wait' }),
    records: z.number().nullable().meta({
      description:
        'of a cluster: in Kafka and not in the store yet, requests or messages; null where the queue is files',
    }),
    age_ms: z.number().nullable().meta({
      description:
        'how long the oldest of what is not durable in the store has been there, 0 where nothing is',
    }),
    not_searchable_bytes: z
      .number()
      .nullable()
      .meta({ description: 'inflated, of what is read from the queue' }),
    searchable_delay_ms: z.number().nullable().meta({
      description:
        'how long the oldest of what is accepted and not yet searchable has waited; 0 where nothing waits',
    }),
  }),
  store: z.object({
    events: z.number().int(),
    shown: z.number().int().meta({ description: 'of them, searchable and not durable yet' }),
    bytes: z.number().int(),
    segments: z.number().int(),
    merge_debt: z
      .object({ segments: z.number(), bytes: z.number() })
      .nullable()
      .meta({ description: 'what waits to be merged: near 0, unless merging cannot keep up' }),
    dead_letters: z.number().int(),
  }),
  limits: z.object({
    retention_days: z.number(),
    hot_days: z.number().nullable().meta({
      description:
        'days that the store for recent logs keeps, before the archive alone has them; null where there is no archive',
    }),
    max_bytes: z.number().nullable().meta({
      description: 'that logs may take; then the oldest go. Null in a cluster, where age alone decides',
    }),
    disk_bytes: z.number().nullable().meta({ description: 'size of the disk with the data folder' }),
    disk_free_bytes: z.number().nullable(),
  }),
  tails: z.number().int().meta({ description: 'live tails that are open' }),
  questions: z.number().int().meta({ description: 'questions that are being answered' }),
})
export type SystemOutput = z.infer<typeof SystemOutput>

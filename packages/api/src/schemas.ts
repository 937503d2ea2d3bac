import { LEVELS, MAX_BATCH_ID } from '@heartwood/event'
import { z } from 'zod'
import { limitInput } from './limit.ts'

/** A time a client writes: ISO 8601, epoch milliseconds, or `now`, `now-1h`, `now-7d`... */
export const TimeInput = z
  .string()
  .min(1)
  .max(64)
  .meta({
    description: 'ISO 8601, epoch milliseconds, or a time before now: now, now-1h, now-7d',
    examples: ['now-1h', '2026-03-01T12:00:00Z', '1767225600000'],
  })

/** Integers that a double cannot hold are bigint in memory and plain JSON numbers on the wire (`exactJson`). */
export const AttributeJson = z.union([
  z.string(),
  z.number(),
  z.bigint(),
  z.boolean(),
  z.array(z.union([z.string(), z.number(), z.bigint(), z.boolean()])),
])
export type AttributeJson = z.infer<typeof AttributeJson>

/** A log event as the API writes it: times ISO 8601 with up to nanoseconds, integers of any size as JSON numbers. */
export const LogJson = z.object({
  id: z.string(),
  '@timestamp': z.string(),
  observed_at: z.string(),
  level: z.enum(LEVELS),
  severity_number: z.number().int(),
  service: z.string().optional(),
  hostname: z.string().optional(),
  namespace: z.string().optional(),
  pod: z.string().optional(),
  environment: z.string().optional(),
  message: z.string(),
  trace_id: z.string().optional(),
  span_id: z.string().optional(),
  request_id: z.string().optional(),
  source: z.string(),
  weight: z.number(),
  raw: z.string().optional(),
  flags: z.array(z.string()),
  attributes: z.record(z.string(), AttributeJson),
  resource: z.record(z.string(), AttributeJson),
  /** Objects inside arrays and keys past the column cap: {dotted key: value}. */
  rest: z.record(z.string(), z.unknown()).optional(),
})
export type LogJson = z.infer<typeof LogJson>

/** What is asked: the logs, or the product's own audit events, which are kept apart from them. */
export const DATASETS = ['logs', 'audit'] as const
export type Dataset = (typeof DATASETS)[number]
export const DatasetInput = z
  .enum(DATASETS)
  .default('logs')
  .meta({ description: "logs, or audit: the product's own audit events, which no search of the logs finds" })

/** What every question has: text, time range and the two commonest filters, which are ANDed to the query. */
export const QuestionInput = z.object({
  query: z
    .string()
    .max(20_000, 'takes at most 20,000 characters')
    .default('*')
    .meta({
      description: 'what to look for',
      examples: ['level:error checkout', '"payment failed" -service:test'],
    }),
  service: z
    .string()
    .max(1000)
    .optional()
    .meta({
      description: 'a service, or several separated by commas: any of them',
      examples: ['checkout,cart'],
    }),
  level: z
    .string()
    .max(100)
    .optional()
    .meta({ description: 'a level, or several separated by commas: any of them', examples: ['error,fatal'] }),
  from_time: TimeInput.default('now-1h'),
  to_time: TimeInput.default('now'),
  dataset: DatasetInput,
})
export type QuestionInput = z.input<typeof QuestionInput>

/** Where logs are kept: those of the last weeks at hand, those before in an archive. */
export const TierJson = z.enum(['hot', 'cold'])
export type TierJson = z.infer<typeof TierJson>

/** A part of a time range, ISO 8601; without `from` it has no beginning, without `to` no end. */
const PartJson = z.object({ from: z.string().optional(), to: z.string().optional() })

/** What was looked at in one tier. */
export const TierReadJson = z.object({
  tier: TierJson,
  ranges: z.array(PartJson).meta({ description: 'the parts of the range that it answered, oldest first' }),
  rows: z.number().int(),
  bytes: z.number().int(),
  segments: z.number().int(),
  fetched: z.number().int().optional(),
})
export type TierReadJson = z.infer<typeof TierReadJson>

/** A part of the range that the answer lacks, or may lack. */
export const MissingJson = PartJson.extend({
  tier: TierJson,
  reason: z.string(),
  events: z.number().int().optional().meta({
    description:
      'only some of what the tier has of this part is missing: so many events at most, matching or not; not there where it is all',
  }),
})
export type MissingJson = z.infer<typeof MissingJson>

/** What had to be looked at for an answer; all 0 where counts kept aside said it. */
export const ReadJson = z.object({
  rows: z.number().int().meta({ description: 'events that were looked at, matching or not' }),
  bytes: z
    .number()
    .int()
    .meta({ description: 'bytes of the columns that were looked at in them, as stored' }),
  segments: z.number().int().meta({ description: 'files that were looked into' }),
  left_out: z.number().int().optional().meta({
    description:
      'the answer may lack so many events at most: they came in a moment ago, and their files went while they were read; not there where the answer is whole',
  }),
  fetched: z.number().int().optional().meta({
    description: 'bytes that were fetched for it from an object store; not there where none were',
  }),
  tiers: z.array(TierReadJson).optional().meta({
    description: 'what came from where; not there where the archive has no part in it',
  }),
  missing: z.array(MissingJson).optional().meta({
    description:
      'what the answer lacks because a tier, or a file of it, could not be read; not there where the answer is whole',
  }),
})
export type ReadJson = z.infer<typeof ReadJson>

export const SearchInput = QuestionInput.extend({
  limit: z.coerce.number<number | string>().int().min(1).max(10_000).default(100),
  cursor: z.string().max(2000).optional().meta({
    description:
      'next_cursor of the page before; it goes on in the same order, and the times of the first page stay, so that paging does not shift while events arrive',
  }),
  order: z
    .enum(['newest', 'oldest'])
    .default('newest')
    .meta({ description: 'which come first; of logs of one time the id decides' }),
  after: z
    .string()
    .max(400)
    .optional()
    .meta({
      description:
        'in the place of a cursor: the page begins behind this place in the order, the `@timestamp` and the id of a log with a comma between them; the log itself need not be there',
      examples: ['2026-03-01T12:00:00.123456789Z,0198c1f0-5f6e-7d3a-9c51-2d1f0a7b6c11-42'],
    }),
  total: z.enum(['exact', 'none']).default('exact').meta({
    description:
      'exact counts everything that matches; none saves that work: total is then what is known, and total_relation says gte',
  }),
})
export type SearchInput = z.input<typeof SearchInput>
export const SearchOutput = z.object({
  total: z.number().int(),
  total_relation: z.enum(['eq', 'gte']),
  logs: z.array(LogJson),
  next_cursor: z.string().nullable(),
  read: ReadJson,
  took_ms: z.number(),
})
export type SearchOutput = z.infer<typeof SearchOutput>

export const AggregateInput = QuestionInput.extend({
  interval: z
    .string()
    .max(20)
    .default('1h')
    .meta({
      description:
        'width of a bucket: 30s, 1m, 1h, 1d..., auto for about 60 buckets, or none for no volume over time; at most 2,000 buckets',
      examples: ['1m', 'auto', 'none'],
    }),
  by: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({
      description:
        'a field: its commonest values are counted and split the buckets; without it, errors (level error and fatal) are counted by service',
      examples: ['level', 'http.status'],
    }),
  limit: limitInput(1000, 10, 'how many of the commonest values'),
})
export type AggregateInput = z.input<typeof AggregateInput>
export const AggregateOutput = z.object({
  /** The range that was counted, with `now` resolved: a question with these times counts the same again. */
  from_time: z.string(),
  to_time: z.string(),
  total: z.number().int(),
  interval_ms: z.number(),
  by: z.string(),
  /** Without `by` in the question: of events with level error or fatal only. */
  top: z.array(z.object({ value: z.string(), count: z.number().int() })),
  /** Volume over time, empty buckets included, oldest first; `groups` with `by`. */
  buckets: z.array(
    z.object({
      start: z.string(),
      count: z.number().int(),
      groups: z.record(z.string(), z.number().int()).optional(),
    }),
  ),
  read: ReadJson,
  took_ms: z.number(),
})
export type AggregateOutput = z.infer<typeof AggregateOutput>

export const PercentilesInput = QuestionInput.extend({
  field: z
    .string()
    .min(1)
    .max(500)
    .meta({
      description: 'a field with numbers; other values of it are left out',
      examples: ['duration_ms'],
    }),
  percentiles: z
    .string()
    .max(200)
    .regex(/^\d{1,3}(\.\d{1,3})?(,\d{1,3}(\.\d{1,3})?)*$/, 'takes numbers from 0 to 100, separated by commas')
    .default('50,95,99')
    .meta({ description: 'from 0 (the smallest) to 100, separated by commas', examples: ['95', '50,99.9'] }),
  by: z
    .string()
    .min(1)
    .max(500)
    .optional()
    .meta({ description: 'a field: percentiles for each of its values', examples: ['service'] }),
  limit: limitInput(1000, 10, 'how many values of `by`, those with most numbers first'),
})
export type PercentilesInput = z.input<typeof PercentilesInput>
export const PercentilesOutput = z.object({
  field: z.string(),
  by: z.string().nullable(),
  percentiles: z.array(z.number()),
  exact: z.boolean(),
  relative_error: z.number().meta({
    description: 'how far each value can be off at most, as a share of the true one; 0 where they are exact',
  }),
  /** Without `by` one group, whose value is empty; none where no event has a number. */
  groups: z.array(
    z.object({
      value: z.string(),
      count: z.number().int().meta({ description: 'events with a number' }),
      values: z.array(z.number()).meta({ description: 'in the order of `percentiles`' }),
    }),
  ),
  read: ReadJson,
  took_ms: z.number(),
})
export type PercentilesOutput = z.infer<typeof PercentilesOutput>

export const TailInput = QuestionInput.pick({
  query: true,
  service: true,
  level: true,
  dataset: true,
}).extend({
  per_second: z.coerce.number<number | string>().int().min(1).max(10_000).default(10_000).meta({
    description:
      'events a second to send at most; of what matches beyond, the newest are sent and the rest is counted as skipped',
  }),
})
export type TailInput = z.input<typeof TailInput>
/**
 * A tail is server-sent events: `event: logs` with TailLogs, `event: stats` every second with TailStats (also as a
 * heartbeat), `event: gap` with TailGap when the indexer is away, `event: error` with an ErrorAnswer before the stream
 * ends for good.
 */
export const TailLogs = z.object({ logs: z.array(LogJson) })
export const TailStats = z.object({
  /** Sent to this client, matched by the query, and matched but skipped: the client was too slow, or wants fewer a second. */
  shown: z.number().int(),
  matched: z.number().int(),
  skipped: z.number().int(),
  /** How far the indexer is behind the newest accepted event, milliseconds. */
  lag_ms: z.number(),
})
export type TailStats = z.infer<typeof TailStats>
/** `event: gap`: the tail lost its indexer at `since`; events until the next `logs` or `stats` may not be shown. */
export const TailGap = z.object({ since: z.string(), reason: z.string() })
export type TailGap = z.infer<typeof TailGap>
export type TailLogs = z.infer<typeof TailLogs>

export const BatchOutput = z.object({
  batch_id: z.string(),
  state: z.enum(['queued', 'searchable']),
  received_at: z.string().nullable(),
  events: z.number().int().nullable(),
  dead_letters: z.number().int().nullable(),
})
export type BatchOutput = z.infer<typeof BatchOutput>

export const BatchInput = z.object({ id: z.string().min(1).max(MAX_BATCH_ID) })
export const LogInput = z.object({ id: z.string().min(1).max(300), dataset: DatasetInput })

export const FieldsInput = QuestionInput.pick({ from_time: true, to_time: true, dataset: true })
export const FieldsOutput = z.object({
  fields: z.array(z.object({ name: z.string(), types: z.array(z.string()), events: z.number() })),
})

export type FieldsOutput = z.infer<typeof FieldsOutput>

/** A delete has no default query and no default range: both ends are said. */
export const DeleteInput = z.object({
  query: z
    .string()
    .max(20_000, 'takes at most 20,000 characters')
    .regex(/\S/, 'takes a query; everything is *')
    .meta({ description: 'what to delete; everything is *', examples: ['service:checkout user_id:4711'] }),
  from_time: TimeInput,
  to_time: TimeInput,
  dry_run: z.boolean().default(false).meta({ description: 'true only counts what would be deleted' }),
})
export type DeleteInput = z.input<typeof DeleteInput>
export const DeleteOutput = z.object({
  matched: z.number().int(),
  deleted: z.number().int(),
  dry_run: z.boolean(),
  took_ms: z.number(),
})
export type DeleteOutput = z.infer<typeof DeleteOutput>

/** An alert rule with what its last evaluation found. */
export const AlertJson = z.object({
  name: z.string(),
  description: z.string().optional(),
  severity: z.enum(['info', 'warning', 'critical']),
  query: z.string(),
  /** When it fires, in words: `more than 1,000 events in 5m`. */
  condition: z.string(),
  state: z.enum(['inactive', 'pending', 'firing']),
  /** Since when it is in this state; null before the first evaluation. */
  since: z.string().nullable(),
  /** The count of the last evaluation. */
  value: z.number().nullable(),
  evaluated_at: z.string().nullable(),
  /** Where the logs it counted lie: of a firing rule from those that made it fire to the last that were counted. */
  logs: z.object({ from_time: z.string(), to_time: z.string() }).nullable(),
  /** Why the last evaluation or delivery failed, or null. */
  error: z.string().nullable(),
})
export type AlertJson = z.infer<typeof AlertJson>
export const AlertsOutput = z.object({ rules: z.array(AlertJson) })
export type AlertsOutput = z.infer<typeof AlertsOutput>

/** The simulated shop that writes logs of its own while there are no others. */
export const DemoOutput = z.object({
  state: z.enum(['off', 'opening', 'running', 'stopped', 'deleting']).meta({
    description: 'opening: the hour before it began is being written; off: there is no demo, or no more',
  }),
  progress: z.number().meta({ description: 'how much of that hour is written, 0 to 1' }),
  opened_at: z.string().nullable(),
  own_logs: z.boolean().meta({ description: "logs that are not the demo's have arrived" }),
})
export type DemoOutput = z.infer<typeof DemoOutput>
export const DemoDeleteOutput = z.object({ deleted: z.number().int() })
export type DemoDeleteOutput = z.infer<typeof DemoDeleteOutput>

/** The body of every error answer. `spans` mark the text of a query that is wrong; `request_id` finds it in the log. */
export const ErrorAnswer = z.object({
  error: z.looseObject({
    code: z.string(),
    message: z.string(),
    spans: z
      .array(
        z.object({
          start: z.number().int(),
          end: z.number().int(),
          message: z.string(),
          severity: z.enum(['error', 'warning']).optional(),
        }),
      )
      .optional(),
    request_id: z.string().optional(),
  }),
})
export type ErrorAnswer = z.infer<typeof ErrorAnswer>

/** What the page asks to know its surroundings. */
export const StatusOutput = z.object({
  version: z.string(),
  ingest_url: z.string(),
  needs_token: z.boolean(),
  /** Events stored in all; 0 shows the empty state. */
  events: z.number().int(),
  /** Batches accepted but not yet searchable, bytes; null where the indexer cannot say. */
  backlog_bytes: z.number().nullable(),
  searchable_delay_ms: z.number().nullable().meta({
    description:
      'how long the oldest of what is accepted and not yet searchable has waited, 0 where nothing waits; null where the indexer cannot say',
  }),
  /** Dead letters that are kept. */
  dead_letters: z.number().int(),
})
export type StatusOutput = z.infer<typeof StatusOutput>

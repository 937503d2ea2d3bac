import { z } from 'zod'

/** The doors logs come in through; also the `source` of their events. */
export const DOORS = ['json', 'text', 'elasticsearch'] as const
export type Door = (typeof DOORS)[number]

/**
 * How the body of a queue record is cut into records. Both ingest (to count) and indexer (to decode) cut with the same
 * pure function of packages/doors, so the counts of the answer and the events found agree.
 * - `ndjson`: a record per non-blank line, meant to be JSON. `text`: a record per non-blank line.
 * - `bulk`: Elasticsearch action lines, each with its source line.
 * - `json_array`: one JSON array or object, parsed at accept because it has no frames.
 */
export const FRAMINGS = ['ndjson', 'text', 'bulk', 'json_array'] as const
export type Framing = (typeof FRAMINGS)[number]

export const ENCODINGS = ['identity', 'gzip', 'zstd', 'deflate'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** Values for events that do not say themselves. */
export const EventDefaults = z.object({
  service: z.string().optional(),
  environment: z.string().optional(),
  hostname: z.string().optional(),
})
export type EventDefaults = z.infer<typeof EventDefaults>

/**
 * The header under which a body lies in the queue. `version` is the format of header, framing and ids together:
 * a reader refuses a newer one. The events of the record have the ids of `eventId(batch_id, index)`, where index counts
 * frames of the body from 0, refused ones included.
 */
export const RecordHeader = z.object({
  version: z.literal(1),
  door: z.enum(DOORS),
  framing: z.enum(FRAMINGS),
  /** The body is kept as received. */
  encoding: z.enum(ENCODINGS),
  /** Receipt time, epoch nanoseconds as decimal text. */
  received_at: z.string().regex(/^\d{1,19}$/),
  batch_id: z.string().min(1).max(200),
  /** Whether the client named the batch, so that a resend can be recognised. */
  client_batch: z.boolean(),
  defaults: EventDefaults,
  /** Frames in the body. */
  records: z.number().int().nonnegative(),
  /** Indexes of frames that were refused in the answer and make no event. */
  refused: z.array(z.number().int().nonnegative()),
  /** Elasticsearch: the index of the URL, where there was one. */
  index: z.string().optional(),
  /** Bytes of the inflated body. */
  bytes: z.number().int().nonnegative(),
})
export type RecordHeader = z.infer<typeof RecordHeader>

/** Something that could not become an event, kept with its reason. */
export const DeadLetter = z.object({
  /** `eventId(batch_id, index)`, or `queue-${partition}-${position}` for a damaged queue record. */
  id: z.string(),
  /** When it was put aside, ISO 8601. */
  at: z.string(),
  received_at: z.string().optional(),
  door: z.string(),
  /** The stage that refused it: `queue`, `decode`, a pipeline step, `store`. */
  step: z.string(),
  reason: z.string(),
  /** The first 8 KiB of what was sent, as text. */
  sample: z.string(),
  /** How many records it stands for (a damaged queue record holds many). */
  records: z.number().int().positive(),
})
export type DeadLetter = z.infer<typeof DeadLetter>

/** Digits of an index in an id, at least. */
export const INDEX_DIGITS = 6

/** `${batchId}-${index}` with the index in six digits, so that ids of a batch sort as its lines do up to a million. */
export function eventId(batchId: string, index: number): string {
  return `${batchId}-${String(index).padStart(INDEX_DIGITS, '0')}`
}

/** The batch id of an event id. */
export function batchIdOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'))
}

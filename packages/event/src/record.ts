import { z } from 'zod'

/** The doors logs come in through; also the `source` of their events. */
export const DOORS = ['json', 'text', 'elasticsearch', 'otlp'] as const
export type Door = (typeof DOORS)[number]

/**
 * How the body of a queue record is cut into records. Both ingest (to count) and indexer (to decode) cut with the same
 * pure function of packages/doors, so the counts of the answer and the events found agree.
 * - `ndjson`: a record per non-blank line, meant to be JSON. `text`: a record per non-blank line.
 * - `bulk`: Elasticsearch action lines, each with its source line.
 * - `json_array`: one JSON array or object, parsed at accept because it has no frames.
 * - `otlp_json`, `otlp_protobuf`: an ExportLogsServiceRequest, whose log records are the records; parsed at accept.
 */
export const FRAMINGS = ['ndjson', 'text', 'bulk', 'json_array', 'otlp_json', 'otlp_protobuf'] as const
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

/** The longest name a batch can have; that of a replay holds the id of a letter. */
export const MAX_BATCH_ID = 320

/** A dead letter on its way through the queue again. The record's own batch id is the replay's. */
export const Replay = z.object({
  /** The letter whose place the outcome takes. */
  letter: z.string().min(1),
  /** How often it has been tried before. */
  attempts: z.number().int().positive(),
  /** The batch its events belong to. */
  batch_id: z.string().min(1),
  /** The body comes from a record whose checksum was wrong. */
  salvaged: z.literal(true).optional(),
})
export type Replay = z.infer<typeof Replay>

/** Raised when an older reader would not understand a record that is written from then on, however little is new in it. */
const RECORD_VERSION = 2

/**
 * The header under which a body lies in the queue. `version` is the format of header, framing and ids together:
 * a reader refuses a newer one; 2 is 1 with `first_index` and `replay`. The events of the record have the ids of
 * `eventId(batch_id, index)`, where index counts frames of the body from 0, or from `first_index`, refused ones included;
 * those of a replay have the batch id that stands there.
 */
export const RecordHeader = z.object({
  version: z.literal([1, RECORD_VERSION]),
  door: z.enum(DOORS),
  framing: z.enum(FRAMINGS),
  /** The body is kept as received. */
  encoding: z.enum(ENCODINGS),
  /** Receipt time, epoch nanoseconds as decimal text. */
  received_at: z.string().regex(/^\d{1,19}$/),
  batch_id: z.string().min(1).max(MAX_BATCH_ID),
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
  /** The index of the first frame in its batch, where the body is a part of one. */
  first_index: z.number().int().nonnegative().optional(),
  replay: Replay.optional(),
})
export type RecordHeader = z.infer<typeof RecordHeader>

const Newer = z.object({ version: z.number().int().gt(RECORD_VERSION) })

/**
 * The header that JSON says. `newer` is one that only a later version can read: whoever meets it must neither pass it over
 * nor take it for damage, since the record was acknowledged. Undefined where it is no header.
 */
export function readRecordHeader(json: unknown): RecordHeader | 'newer' | undefined {
  if (Newer.safeParse(json).success) return 'newer'
  const parsed = RecordHeader.safeParse(json)
  return parsed.success ? parsed.data : undefined
}

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

/** The index of an event id. */
export function indexOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1))
}

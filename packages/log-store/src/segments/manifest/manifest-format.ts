import { COLUMN_TYPES, DeadLetter } from '@heartwood/event'
import { z } from 'zod'
import { LogStoreError } from '../../port.ts'
import { LevelCounts } from './level-counts.ts'

/** What the records of the manifest log say. Times and positions are decimal text, since JSON numbers are doubles. */

/**
 * Raised when a reader of the old format would misread the new one. In format 1 a checkpoint held every segment; since
 * format 2 it names shards; since format 3 a segment may have a place, and what has none is still written in format 2.
 */
export const MANIFEST_FORMAT = 3
const FORMAT_WITHOUT_PLACES = 2

export const Int64Text = z
  .string()
  .regex(/^-?\d{1,19}$/)
  .transform((text) => BigInt(text))

/** One immutable Parquet file and what can be known without opening it. */
export const SegmentInfo = z.object({
  /** Name in the folder `segments`, or of a live one in `live`. */
  file: z.string(),
  format: z.number().int(),
  bytes: z.number().int().nonnegative(),
  /** CRC-32 of the whole file. */
  crc: z.number().int(),
  rows: z.number().int().positive(),
  /** Row groups of a file that row groups were copied into; without it, as many as its rows fill. */
  row_groups: z.number().int().positive().optional(),
  weight: z.number(),
  min_time: Int64Text,
  max_time: Int64Text,
  min_receipt: Int64Text,
  max_receipt: Int64Text,
  /** Columns of the file, by field id. */
  fields: z.array(z.number().int()),
  /** Every service in it ('' for rows without one), unless there are too many to list. */
  services: z.array(z.string()).optional(),
  /** Its `.idx` file and the CRC-32 of all of it. A segment without one is read as if nothing were known of it. */
  idx: z.object({ bytes: z.number().int().positive(), crc: z.number().int() }).optional(),
  /** Where its files are: with the old logs in an object store; without it, in the folder `segments`. */
  place: z.literal('cold').optional(),
  /** Its sum is `rows`. A reader reports a segment without it; it is never guessed. */
  counts: LevelCounts.optional(),
})
export type SegmentInfo = z.infer<typeof SegmentInfo>

/** What a segment takes of the disk. */
export function storedBytes({ bytes, idx }: SegmentInfo): number {
  return bytes + (idx?.bytes ?? 0)
}

export const FIELD_AREAS = ['attributes', 'resource'] as const
export type FieldArea = (typeof FIELD_AREAS)[number]

/** A permanent column: [field id, area, key, type]. */
export const FieldEntry = z.tuple([z.number().int(), z.enum(FIELD_AREAS), z.string(), z.enum(COLUMN_TYPES)])
export type FieldEntry = z.infer<typeof FieldEntry>

/** A column that is to get a field id. */
export const NewField = z.tuple([z.enum(FIELD_AREAS), z.string(), z.enum(COLUMN_TYPES)])
export type NewField = z.infer<typeof NewField>

/** A file of batch receipts that left the log (see receipt-file.ts). */
export const ReceiptFileInfo = z.object({
  file: z.string(),
  partition: z.number().int().nonnegative(),
  count: z.number().int().positive(),
  bytes: z.number().int().positive(),
  crc: z.number().int(),
  newest: Int64Text,
})
export type ReceiptFileInfo = z.infer<typeof ReceiptFileInfo>

/** A file of dead letters, one JSON object a line, oldest first. */
export const DeadLetterFileInfo = z.object({
  file: z.string(),
  count: z.number().int().positive(),
  bytes: z.number().int().positive(),
  crc: z.number().int(),
  /** When the oldest of them was put aside, epoch nanoseconds; files of earlier versions do not say. */
  oldest: Int64Text.optional(),
})
export type DeadLetterFileInfo = z.infer<typeof DeadLetterFileInfo>

/** Dead letters that count no more although a file, or without one the log, holds them. */
export const GoneDeadLetters = z.object({ file: z.string().optional(), ids: z.array(z.string()) })
export type GoneDeadLetters = z.infer<typeof GoneDeadLetters>

/** A file of segments (see shard-file.ts): those of one UTC day, or of all days that have no file of their own. */
export const ShardInfo = z.object({
  file: z.string(),
  /** Days since 1970. */
  day: z.number().int().optional(),
  count: z.number().int().positive(),
  bytes: z.number().int().positive(),
  crc: z.number().int(),
})
export type ShardInfo = z.infer<typeof ShardInfo>

/** [batch id, received at, events, dead letters] */
export const ReceiptEntry = z.tuple([z.string(), Int64Text, z.number().int(), z.number().int()])
export type ReceiptEntry = z.infer<typeof ReceiptEntry>

/** A delete that also holds for events accepted before it and appended after it. */
export const Tombstone = z.object({
  /** The query as printed by query-lang. */
  query: z.string(),
  from: Int64Text,
  to: Int64Text,
  accepted_before: Int64Text,
  /** The moment that `now` in the query means. */
  at: Int64Text,
})
export type Tombstone = z.infer<typeof Tombstone>

const Position = z.tuple([z.number().int().nonnegative(), Int64Text])

/** The whole state: the first record of a generation behind its fence. */
export const Checkpoint = z.object({
  kind: z.literal('checkpoint'),
  fields: z.array(FieldEntry),
  /** Only in format 1. */
  segments: z.array(SegmentInfo).optional(),
  shards: z.array(ShardInfo).optional(),
  positions: z.array(Position),
  receipt_files: z.array(ReceiptFileInfo),
  dead_letter_files: z.array(DeadLetterFileInfo),
  /** How many went because of their limits, in all. */
  dead_letters_dropped: z.number().int().nonnegative().optional(),
  tombstones: z.array(Tombstone),
})
export type Checkpoint = z.infer<typeof Checkpoint>

/** One commit. All of it holds or none. */
export const Delta = z.object({
  kind: z.literal('delta'),
  fields: z.array(FieldEntry).optional(),
  add: z.array(SegmentInfo).optional(),
  /** Files of live segments that are live no more. */
  remove: z.array(z.string()).optional(),
  position: Position.optional(),
  receipts: z.array(ReceiptEntry).optional(),
  /** They go before others come. */
  dead_letters_gone: z.array(GoneDeadLetters).optional(),
  dead_letters: z.array(DeadLetter).optional(),
  dead_letter_file: DeadLetterFileInfo.optional(),
  tombstone: Tombstone.optional(),
})
export type Delta = z.infer<typeof Delta>

/** The first record of a generation file: who writes it. A writer that finds a generation above its own stops. */
export const Fence = z.object({
  kind: z.literal('fence'),
  generation: z.number().int().positive(),
  /** The first generation that its writer created: the name of the writer, by which its live log is found. */
  epoch: z.number().int().positive().optional(),
})

const ManifestRecord = z.discriminatedUnion('kind', [Fence, Checkpoint, Delta])
export type ManifestRecord = z.infer<typeof ManifestRecord>

const Versioned = z.object({ format: z.number().int() })

/** The payload of a record. */
export function printRecord(record: ManifestRecord): string {
  return printVersioned(record)
}

/** JSON under the format of the manifest, int64 as decimal text. */
export function printVersioned(content: object): string {
  const format = hasPlaces(content) ? MANIFEST_FORMAT : FORMAT_WITHOUT_PLACES
  return printJson({ format, ...content })
}

/** Whether it tells of segments that are somewhere else. */
function hasPlaces(content: object): boolean {
  const lists = [
    'add' in content ? content.add : undefined,
    'segments' in content ? content.segments : undefined,
  ]
  return lists.some(
    (list) => Array.isArray(list) && list.some((one: unknown) => one instanceof Object && 'place' in one),
  )
}

/** JSON with int64 as decimal text, as the schemas here read it. */
export function printJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner))
}

/** Reads a payload of `file`; throws LogStoreError `newer_format` or `corrupt`. */
export function parseRecord(payload: string, file: string): ManifestRecord {
  const record = ManifestRecord.safeParse(versionedJson(payload, file))
  if (!record.success) {
    throw new LogStoreError('corrupt', `${file} holds a record of unknown shape`, { cause: record.error })
  }
  return record.data
}

/** What `printVersioned` printed into `file`; throws LogStoreError `newer_format` or `corrupt`. */
export function versionedJson(text: string, file: string): unknown {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new LogStoreError('corrupt', `${file} holds a record that is not JSON`, { cause })
  }
  const versioned = Versioned.safeParse(json)
  if (!versioned.success) {
    throw new LogStoreError('corrupt', `${file} holds a record without a format`, { cause: versioned.error })
  }
  if (versioned.data.format > MANIFEST_FORMAT) {
    throw new LogStoreError(
      'newer_format',
      `${file} was written by a newer Heartwood (format ${versioned.data.format}, this one reads up to ${MANIFEST_FORMAT}): start that version`,
    )
  }
  return json
}

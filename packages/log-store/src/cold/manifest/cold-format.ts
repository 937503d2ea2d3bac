import { z } from 'zod'
import { LogStoreError } from '../../port.ts'
import {
  FieldEntry,
  Int64Text,
  printJson,
  SegmentInfo,
  Tombstone,
} from '../../segments/manifest/manifest-format.ts'

/**
 * What the objects of the archive's manifest say. Times and positions are decimal text, since JSON numbers are doubles.
 * Raised when a reader of the old format would misread the new one.
 */
export const COLD_FORMAT = 2
/** What has nothing in it that the version before could not read is written in its format. */
const FORMAT_WITHOUT_ABANDONED = 1

/** UTC day of all rows of a segment, as days since 1970; null for rows of several days. */
export const ColdDayKey = z.number().int().nullable()
export type ColdDayKey = z.infer<typeof ColdDayKey>

/** A segment that counts no more, with what it counted. */
export const RemovedSegment = z.object({
  file: z.string(),
  day: ColdDayKey,
  rows: z.number().int().positive(),
  /** With its index. */
  bytes: z.number().int().nonnegative(),
  /** Whether it has an index beside it. */
  idx: z.boolean(),
})
export type RemovedSegment = z.infer<typeof RemovedSegment>

/** An object with the segments of a day, as of an entry. */
export const ShardInfo = z.object({
  file: z.string(),
  count: z.number().int().positive(),
  bytes: z.number().int().positive(),
  crc: z.number().int(),
  /** Of its segments: events, stored bytes, and the newest event or receipt. */
  events: z.number().int().positive(),
  stored_bytes: z.number().int().nonnegative(),
  min_time: Int64Text,
  max_time: Int64Text,
  newest: Int64Text,
})
export type ShardInfo = z.infer<typeof ShardInfo>

/** An object with hashes of batch ids that are archived. */
export const BatchesInfo = z.object({
  file: z.string(),
  count: z.number().int().positive(),
  bytes: z.number().int().positive(),
  crc: z.number().int(),
  /** The newest receipt of a batch that its client named, and of any other; without it there is none. */
  newest_named: Int64Text.optional(),
  newest_other: Int64Text.optional(),
})
export type BatchesInfo = z.infer<typeof BatchesInfo>

/** How far a partition of the queue is archived. */
export const ColdPosition = z.object({
  partition: z.number().int().nonnegative(),
  to: Int64Text,
})
export type ColdPosition = z.infer<typeof ColdPosition>

/** Days that the hot store answers again, until they are retired a second time: UTC midnights, `to` exclusive. */
export const RestoredDays = z.object({ from: Int64Text, to: Int64Text, until: Int64Text })
export type RestoredDays = z.infer<typeof RestoredDays>

/** Which days the hot store answers; all others the archive does. */
export const ColdCoverage = z.object({
  /** UTC midnight of the first day that hot answers; undefined while it answers everything. */
  hot_from: Int64Text.optional(),
  restored: z.array(RestoredDays),
  /** Days that are being copied to hot, which must keep what it has of them; the archive answers them still. */
  restoring: z.array(RestoredDays).optional(),
})
export type ColdCoverage = z.infer<typeof ColdCoverage>

export const HOT_ANSWERS_ALL: ColdCoverage = { restored: [] }

/** What an entry changes. All of it holds or none. */
export const ColdChange = z.discriminatedUnion('kind', [
  /** New columns, before a segment has them. */
  z.object({ kind: z.literal('fields'), fields: z.array(FieldEntry) }),
  /** What was read of the queue: the events of (from, to] of these partitions. */
  z.object({
    kind: z.literal('archive'),
    segments: z.array(SegmentInfo),
    positions: z.array(ColdPosition.extend({ from: Int64Text.nullable() })),
    batches: BatchesInfo.optional(),
  }),
  /** Segments in the place of others, which all counted until now. */
  z.object({
    kind: z.literal('replace'),
    reason: z.enum(['merge', 'delete', 'retention']),
    remove: z.array(RemovedSegment),
    add: z.array(SegmentInfo),
  }),
  /** From now on no event that it covers is archived; what is stored is removed by `replace`. */
  z.object({ kind: z.literal('tombstone'), tombstone: Tombstone }),
  /** Segments of a day, as of the entry `upto`, are in an object of their own; without one there are none. */
  z.object({
    kind: z.literal('fold'),
    day: ColdDayKey,
    upto: z.number().int().nonnegative(),
    shard: ShardInfo.optional(),
  }),
  /** Objects with batch hashes as one, and without those that are past the window. */
  z.object({
    kind: z.literal('batches'),
    remove: z.array(z.string()),
    add: BatchesInfo.optional(),
  }),
  z.object({ kind: z.literal('coverage'), coverage: ColdCoverage }),
  /** Objects that never counted, and that nobody may make count any more. */
  z.object({ kind: z.literal('abandon'), keys: z.array(z.string()) }),
  /** Objects that counted no more are deleted, and tombstones hold no longer. */
  z.object({
    kind: z.literal('swept'),
    keys: z.array(z.string()),
    tombstones: z.number().int().nonnegative(),
  }),
])
export type ColdChange = z.infer<typeof ColdChange>

/** One commit. */
export const ColdEntry = z.object({
  seq: z.number().int().positive(),
  /** Of this attempt to commit, so that its author finds it again. */
  commit: z.string(),
  /** Of the lease under which it was made; never smaller than that of the entry before. */
  epoch: Int64Text,
  /** Epoch nanoseconds, by the clock of its author. */
  at: Int64Text,
  change: ColdChange,
})
export type ColdEntry = z.infer<typeof ColdEntry>

/** A key of an object that counts no more, and since when. */
export const DroppedObject = z.object({ key: z.string(), at: Int64Text })
export type DroppedObject = z.infer<typeof DroppedObject>

/** What is kept in memory of a day: an object with segments, and what came and went since. */
export const ColdDay = z.object({
  day: ColdDayKey,
  shard: ShardInfo.optional(),
  added: z.array(z.object({ seq: z.number().int(), segment: SegmentInfo })),
  removed: z.array(z.object({ seq: z.number().int(), segment: RemovedSegment })),
})
export type ColdDay = z.infer<typeof ColdDay>

/** The whole state behind an entry: it follows from the entries alone, so whoever writes it writes the same. */
export const ColdCheckpoint = z.object({
  seq: z.number().int().nonnegative(),
  epoch: Int64Text,
  at: Int64Text,
  fields: z.array(FieldEntry),
  positions: z.array(ColdPosition),
  days: z.array(ColdDay),
  batches: z.array(BatchesInfo),
  tombstones: z.array(Tombstone),
  /** How many there have ever been: a row that was looked at before the last of them has to be looked at again. */
  tombstones_made: z.number().int().nonnegative(),
  coverage: ColdCoverage,
  dropped: z.array(DroppedObject),
  /** The last commits that are in it. */
  recent: z.array(z.object({ seq: z.number().int(), commit: z.string() })),
})
export type ColdCheckpoint = z.infer<typeof ColdCheckpoint>

const Shard = z.object({ segments: z.array(SegmentInfo) })

const Versioned = z.object({ format: z.number().int() })

export function printCold(content: ColdEntry | ColdCheckpoint | z.infer<typeof Shard>): Uint8Array {
  const isNew = 'change' in content && content.change.kind === 'abandon'
  const format = isNew ? COLD_FORMAT : FORMAT_WITHOUT_ABANDONED
  return Buffer.from(printJson({ format, ...content }))
}

/** Each throws LogStoreError `newer_format` or `corrupt`, naming the object. */
export const parseEntry = parserOf(ColdEntry)
export const parseCheckpoint = parserOf(ColdCheckpoint)
export const parseShard = parserOf(Shard)

function parserOf<S extends z.ZodType>(schema: S): (bytes: Uint8Array, key: string) => z.output<S> {
  return (bytes, key) => {
    const json = jsonOf(bytes, key)
    const versioned = Versioned.safeParse(json)
    if (!versioned.success) throw unreadable(key, versioned.error)
    const { format } = versioned.data
    if (format > COLD_FORMAT)
      throw new LogStoreError(
        'newer_format',
        `the archive was written by a newer Heartwood (${key} has format ${format}, this one reads up to ${COLD_FORMAT}): start that version`,
      )
    const parsed = schema.safeParse(json)
    if (!parsed.success) throw unreadable(key, parsed.error)
    return parsed.data
  }
}

function jsonOf(bytes: Uint8Array, key: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch (cause) {
    throw unreadable(key, cause)
  }
}

function unreadable(key: string, cause: unknown): LogStoreError {
  return new LogStoreError('corrupt', `${key} of the archive does not hold what was written`, { cause })
}

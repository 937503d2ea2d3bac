import { z } from 'zod'

/** What a worker has done since its last report. */
const Counts = z.object({
  /** That became searchable. */
  events: z.number(),
  /** Inflated, committed. */
  bytes: z.number(),
  absorbed: z.number(),
  /** `reason` is its kind: without what differs from letter to letter. */
  deadLetters: z.array(
    z.object({ door: z.string(), step: z.string(), reason: z.string(), records: z.number() }),
  ),
  /** Dead letters that were tried again. */
  replayed: z.number(),
  dropped: z.map(z.string(), z.number()),
  jsonShaped: z.number(),
  jsonPlain: z.number(),
  shownEvents: z.number(),
  /** Of each show and each commit. */
  showMillis: z.array(z.number()),
  commitMillis: z.array(z.number()),
})
export type WorkerCounts = z.infer<typeof Counts>

const Progress = z.object({
  partition: z.number().int(),
  read: z.bigint().nullable(),
  oldestUnseen: z.bigint().optional(),
  oldestUncommitted: z.bigint().optional(),
  unseenBytes: z.number(),
  uncommittedBytes: z.number(),
  /** Shows that stand. */
  shows: z.number().int(),
})

export type PartitionReport = z.infer<typeof Progress>

const Receipt = z.object({
  batch_id: z.string(),
  received_at: z.bigint(),
  events: z.number(),
  dead_letters: z.number(),
})

export const BatchState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued'), receivedAt: z.bigint() }),
  z.object({ state: z.literal('searchable'), receipt: Receipt }),
])

/** What a worker tells the main thread. */
export const WorkerReport = z.discriminatedUnion('kind', [
  /** It runs. `thread`: its id for the operating system, where that is known. */
  z.object({ kind: z.literal('started'), thread: z.number().int().optional() }),
  z.object({ kind: z.literal('progress'), counts: Counts, partitions: z.array(Progress) }),
  z.object({
    kind: z.literal('log'),
    level: z.enum(['info', 'warn', 'error']),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()),
  }),
  /** Why a partition does not get on; without a reason: it does again. */
  z.object({ kind: z.literal('waiting'), partition: z.number().int(), reason: z.string().optional() }),
  z.object({ kind: z.literal('tail-opened'), tail: z.number().int() }),
  /** Rows as JSON text; `matched` counts those that were skipped too. */
  z.object({
    kind: z.literal('tail-rows'),
    tail: z.number().int(),
    rows: z.array(z.string()),
    matched: z.number().int(),
  }),
  z.object({ kind: z.literal('tail-failed'), tail: z.number().int(), reason: z.string() }),
  z.object({ kind: z.literal('batch'), question: z.number().int(), found: BatchState.optional() }),
  /** It has ended in order, or because another indexer owns the store. It says nothing after that. */
  z.object({ kind: z.literal('ended'), superseded: z.boolean() }),
])
export type WorkerReport = z.infer<typeof WorkerReport>

/** What the main thread tells a worker. */
export const WorkerCommand = z.discriminatedUnion('kind', [
  /** `at`: what `now` means in the query, epoch nanoseconds. */
  z.object({
    kind: z.literal('open-tail'),
    tail: z.number().int(),
    query: z.string(),
    at: z.bigint(),
    perSecond: z.number().int(),
  }),
  z.object({ kind: z.literal('close-tail'), tail: z.number().int() }),
  /** So many rows of the tail have arrived. */
  z.object({ kind: z.literal('tail-arrived'), tail: z.number().int(), rows: z.number().int() }),
  z.object({ kind: z.literal('find-batch'), question: z.number().int(), batchId: z.string() }),
  /** Read no more, commit what is read, and end. */
  z.object({ kind: z.literal('stop') }),
])
export type WorkerCommand = z.infer<typeof WorkerCommand>

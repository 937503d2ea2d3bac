import type { QueuedRecord } from '@heartwood/doors'
import { partsOf, READ_LIMITS, type Room } from '@heartwood/indexing'
import { LogStoreError } from '@heartwood/log-store'
import type { Step } from '@heartwood/pipeline'
import { type GroupConsumer, type GroupHandler, QueueError, type QueueItem } from '@heartwood/queue'
import type { BatchLedger } from '../batches/batch-ledger.ts'
import type { ReadBatch } from '../groups/read-batch.ts'
import { readRecords } from '../partitions/read-records.ts'
import type { TailOutlet } from '../tails/tail-outlet.ts'
import type { WorkerLog } from '../workers/worker-log.ts'
import type { WorkerTally } from '../workers/worker-tally.ts'
import { afterGrace } from './grace.ts'
import { type RecordStoreParts, storeRecords } from './record-store.ts'

export interface GroupMemberParts extends RecordStoreParts {
  readonly consumer: Pick<GroupConsumer, 'commit'>
  readonly steps: readonly Step[]
  readonly tails: Pick<TailOutlet, 'publish'>
  readonly ledger: BatchLedger
  readonly tally: WorkerTally
  readonly room: Room
  readonly log: WorkerLog
  /** What was begun when a partition is taken away, or the app stops, may be finished in this time. */
  readonly graceMillis: number
  /** Told which partitions are ours from now on. */
  readonly assigned: (partitions: ReadonlySet<number>) => void
}

/** A stretch of a partition that is being stored, and its end. */
interface Stretch {
  readonly to: bigint
  readonly batches: readonly Promise<ReadBatch>[]
  readonly started: number
}

/**
 * Makes what comes to this member of the group searchable: decoded, run through the pipeline, offered to the tails, stored,
 * and only then committed. What is stored and not committed comes again, here or to another, and is there already.
 */
export function groupMember(parts: GroupMemberParts): GroupHandler {
  const { ledger, log, assigned } = parts
  const ours = new Set<number>()
  return {
    async onAssigned(partitions) {
      for (const partition of partitions) {
        ours.add(partition)
        ledger.startOver(partition, null)
      }
      assigned(ours)
      log('info', `indexes ${ours.size} partitions, ${partitions.length} more than before`)
    },
    async onRevoked(partitions) {
      for (const partition of partitions) {
        ours.delete(partition)
        ledger.startOver(partition, null)
      }
      assigned(ours)
      log('info', `indexes ${ours.size} partitions, ${partitions.length} fewer than before`)
    },
    handle: (partition, items, signal) => handle(parts, partition, items, signal),
  }
}

async function handle(
  parts: GroupMemberParts,
  partition: number,
  items: readonly QueueItem[],
  signal: AbortSignal,
): Promise<void> {
  // Where this is a second try, what the first had read is forgotten.
  parts.ledger.startOver(partition, null)
  using grace = afterGrace(signal, parts.graceMillis)
  const underWay: Promise<void>[] = []
  let last: Promise<void> = Promise.resolve()
  try {
    for (const part of partsOf(items, READ_LIMITS)) {
      const room = await parts.room.take(bytesOf(part), signal)
      const beginning = begin(parts, partition, part, grace.signal)
      const stored = beginning.then(({ batches }) => Promise.all(batches))
      const leave = () => room[Symbol.dispose]()
      stored.then(leave, leave)
      const stretch = await beginning
      last = last.then(async () => commit(parts, partition, stretch, await stored))
      last.catch(() => undefined)
      underWay.push(last)
    }
    await last
  } catch (error) {
    await Promise.allSettled(underWay)
    // It comes again, to whoever has the partition then.
    if (signal.aborted || isEnd(error)) return
    parts.log('error', `partition ${partition} is tried again`, { err: error, partition })
    throw error
  }
}

/** Decodes a part and begins to store it. */
async function begin(
  parts: GroupMemberParts,
  partition: number,
  items: readonly QueueItem[],
  signal: AbortSignal,
): Promise<Stretch> {
  const resendable = new Set(items.flatMap((item) => (isResendable(item) ? [item.header.batch_id] : [])))
  const appender = {
    seenBatches: async (_partition: number, batchIds: readonly string[]) => {
      const asked = batchIds.filter((id) => resendable.has(id))
      return new Set((await parts.writer.receipts(asked, signal)).keys())
    },
  }
  const started = performance.now()
  const read = await readRecords({ ...parts, appender }, partition, items)
  const records = new Map(
    items.flatMap((item): [bigint, QueuedRecord][] =>
      item.kind === 'record' ? [[item.position, item]] : [],
    ),
  )
  const queued = (position: bigint): QueuedRecord => {
    const record = records.get(position)
    if (record === undefined) throw new Error(`no record at ${position} of partition ${partition}`)
    return record
  }
  const batches = read.map((batch) => storeRecords(parts, withReceiptsOf(batch, queued), queued, signal))
  // The first to fail is waited for; the others must not be unheard of.
  for (const batch of batches) batch.catch(() => undefined)
  return { to: items.at(-1)?.position ?? 0n, batches, started }
}

async function commit(
  { consumer, ledger, tally }: GroupMemberParts,
  partition: number,
  { to, started }: Stretch,
  batches: readonly ReadBatch[],
): Promise<void> {
  tally.committed(batches, performance.now() - started)
  const receipts = batches.flatMap(({ records }) => records.flatMap(({ receipt }) => receipt ?? []))
  tally.visible(
    batches.reduce((sum, { records }) => sum + records.reduce((rows, one) => rows + one.events, 0), 0),
  )
  ledger.committed(partition, to, receipts)
  // Where the partition is not ours any more, its owner reads it again and finds it stored.
  await consumer.commit(partition, to)
}

/** What may come under the same batch id in another record: what a client named, and replays. */
function isResendable(item: QueueItem): item is Extract<QueueItem, { kind: 'record' }> {
  return item.kind === 'record' && (item.header.client_batch || item.header.replay !== undefined)
}

/**
 * Nobody asks for the receipt of what another program put into the topic, and of one event a message there would be as many
 * receipts as events.
 */
function withReceiptsOf(
  { records, events }: ReadBatch,
  queued: (position: bigint) => QueuedRecord,
): ReadBatch {
  return {
    events,
    records: records.map((record) =>
      record.receipt !== undefined && isForeign(queued(record.position))
        ? { ...record, receipt: undefined }
        : record,
    ),
  }
}

function isForeign({ header }: QueuedRecord): boolean {
  return !header.client_batch && header.batch_id.startsWith('kafka-')
}

function bytesOf(items: readonly QueueItem[]): number {
  return items.reduce((sum, item) => sum + (item.kind === 'record' ? item.header.bytes : 0), 0)
}

function isEnd(error: unknown): boolean {
  return (error instanceof LogStoreError || error instanceof QueueError) && error.code === 'closed'
}

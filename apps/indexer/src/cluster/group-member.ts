import { setTimeout as pause } from 'node:timers/promises'
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
import { type RecordStoreParts, storeRecords } from './record-store.ts'
import { UnderWay } from './under-way.ts'
import { withoutResends } from './without-resends.ts'

const RETRY_MILLIS = 1_000

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

/**
 * Makes what comes to this member of the group searchable: decoded, run through the pipeline, offered to the tails, stored,
 * and only then committed. What is read next does not wait for what is being stored, as long as there is room, so a slow store
 * holds up no tail. What is stored and not committed comes again, here or to another, and is there already.
 */
export function groupMember(parts: GroupMemberParts): GroupHandler {
  const { ledger, log, assigned, graceMillis } = parts
  const ours = new Set<number>()
  const underWay = new Map<number, UnderWay>()
  const underWayOf = (partition: number, signal: AbortSignal): UnderWay => {
    const known = underWay.get(partition) ?? new UnderWay(signal, graceMillis)
    underWay.set(partition, known)
    return known
  }
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
      await Promise.all(partitions.map((partition) => underWay.get(partition)?.end()))
      for (const partition of partitions) {
        underWay.delete(partition)
        ours.delete(partition)
        ledger.startOver(partition, null)
      }
      assigned(ours)
      log('info', `indexes ${ours.size} partitions, ${partitions.length} fewer than before`)
    },
    handle: (partition, items, signal) =>
      handle(parts, underWayOf(partition, signal), partition, items, signal),
  }
}

/** Resolves when all items are decoded, offered to the tails, and on their way to the store. */
async function handle(
  parts: GroupMemberParts,
  underWay: UnderWay,
  partition: number,
  items: readonly QueueItem[],
  signal: AbortSignal,
): Promise<void> {
  // Where this is a second try, what the first had read is forgotten.
  parts.ledger.rewind(partition, items[0]?.position ?? 0n)
  try {
    for (const part of partsOf(items, READ_LIMITS)) {
      const room = await parts.room.take(bytesOf(part), signal)
      const leave = () => room[Symbol.dispose]()
      const started = performance.now()
      const reading = read(parts, partition, part)
      const stored = reading.then((batches) => store(parts, partition, batches, part, underWay.signal))
      stored.then(leave, leave)
      await reading
      const to = part.at(-1)?.position ?? 0n
      underWay.add(stored, (batches) =>
        untilDone(parts, partition, underWay.signal, () => commit(parts, partition, to, batches, started)),
      )
    }
  } catch (error) {
    // It comes again, to whoever has the partition then.
    if (signal.aborted || isEnd(error)) return
    parts.log('error', `partition ${partition} is tried again`, { err: error, partition })
    throw error
  }
}

/** Decodes a part and offers it to the tails, which wait for no answer of the store: what comes again they know by its ids. */
function read(
  parts: GroupMemberParts,
  partition: number,
  items: readonly QueueItem[],
): Promise<readonly ReadBatch[]> {
  const appender = { seenBatches: async () => new Set<string>() }
  return readRecords({ ...parts, appender }, partition, items)
}

/** Stores what was read of a part, as often as it takes. Rejects where the signal aborts. */
async function store(
  parts: GroupMemberParts,
  partition: number,
  batches: readonly ReadBatch[],
  items: readonly QueueItem[],
  signal: AbortSignal,
): Promise<readonly ReadBatch[]> {
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
  const fresh = await withoutStored(parts, partition, batches, items, signal)
  const storing = fresh.map((batch) =>
    untilDone(parts, partition, signal, () =>
      storeRecords(parts, withReceiptsOf(batch, queued), queued, signal),
    ),
  )
  return Promise.all(storing)
}

/** Leaves out the resends of what the store has already. */
async function withoutStored(
  parts: GroupMemberParts,
  partition: number,
  batches: readonly ReadBatch[],
  items: readonly QueueItem[],
  signal: AbortSignal,
): Promise<readonly ReadBatch[]> {
  const asked = items.flatMap((item) => (isResendable(item) ? [item.header.batch_id] : []))
  if (asked.length === 0) return batches
  const receipts = await untilDone(parts, partition, signal, () => parts.writer.receipts(asked, signal))
  const stored = new Set(receipts.keys())
  return batches.map((batch) => {
    const left = withoutResends(batch, stored)
    parts.tally.absorbed(left.absorbed)
    return left.batch
  })
}

async function commit(
  { consumer, ledger, tally }: GroupMemberParts,
  partition: number,
  to: bigint,
  batches: readonly ReadBatch[],
  started: number,
): Promise<void> {
  // Where the partition is not ours any more, its owner reads it again and finds it stored.
  await consumer.commit(partition, to)
  tally.committed(batches, performance.now() - started)
  const receipts = batches.flatMap(({ records }) => records.flatMap(({ receipt }) => receipt ?? []))
  tally.visible(
    batches.reduce((sum, { records }) => sum + records.reduce((rows, one) => rows + one.events, 0), 0),
  )
  ledger.committed(partition, to, receipts)
}

/** What throws is done again after a pause. Rejects where the signal aborts, and where all is closed. */
async function untilDone<T>(
  { log }: Pick<GroupMemberParts, 'log'>,
  partition: number,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch (error) {
      if (signal.aborted || isEnd(error)) throw error
      log('error', `partition ${partition} is tried again`, { err: error, partition })
      await pause(RETRY_MILLIS, undefined, { signal })
    }
  }
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

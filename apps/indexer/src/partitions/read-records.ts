import type { Nanos } from '@heartwood/event'
import { damagedLetter, type IndexedRecords, indexRecords, lostLetter } from '@heartwood/indexing'
import type { LogAppender } from '@heartwood/log-store'
import type { Step } from '@heartwood/pipeline'
import type { QueueItem } from '@heartwood/queue'
import type { BatchLedger } from '../batches/batch-ledger.ts'
import { NO_EVENTS, type ReadBatch, type ReadRecord, recordWithout } from '../groups/read-batch.ts'
import type { TailOutlet } from '../tails/tail-outlet.ts'
import type { WorkerLog } from '../workers/worker-log.ts'
import type { WorkerTally } from '../workers/worker-tally.ts'

export interface ReadParts {
  readonly appender: Pick<LogAppender, 'seenBatches'>
  readonly steps: readonly Step[]
  readonly tails: Pick<TailOutlet, 'publish'>
  readonly ledger: BatchLedger
  readonly tally: WorkerTally
  readonly log: WorkerLog
  readonly now: () => Nanos
}

type Queued = Extract<QueueItem, { kind: 'record' }>

/**
 * Makes batches of queue records that follow each other: resends are absorbed, damaged and lost ones become dead
 * letters, the rest is decoded, run through the pipeline and offered to the tails. Never throws for what is in a record.
 */
export async function readRecords(
  parts: ReadParts,
  partition: number,
  items: readonly QueueItem[],
): Promise<readonly ReadBatch[]> {
  const { ledger, tally, steps, now } = parts
  const fresh = await withoutResends(parts, partition, items)
  const indexed = await indexRecords([...fresh], steps, now())
  for (const one of indexed) tally.indexed(one)
  const batches = inOrder(parts, partition, items, fresh, indexed)
  for (const batch of batches) {
    const last = batch.records.at(-1)?.position ?? 0n
    ledger.decoded(
      partition,
      last,
      batch.records.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt])),
    )
    parts.tails.publish(partition, batch)
  }
  return batches
}

/** The records whose batch id the partition has not had before, neither committed nor read before them. */
async function withoutResends(
  { appender, ledger, tally }: ReadParts,
  partition: number,
  items: readonly QueueItem[],
): Promise<ReadonlySet<Queued>> {
  const records = items.filter((item) => item.kind === 'record')
  const unknown = records.filter(({ header }) => !ledger.isPending(partition, header.batch_id))
  const seen = await appender.seenBatches(
    partition,
    unknown.map(({ header }) => header.batch_id),
  )
  const fresh = new Set<Queued>()
  for (const record of unknown) {
    const { batch_id: batchId, received_at, bytes } = record.header
    if (seen.has(batchId) || ledger.isPending(partition, batchId)) continue
    ledger.read(partition, { batchId, position: record.position, receivedAt: BigInt(received_at), bytes })
    fresh.add(record)
  }
  tally.absorbed(records.length - fresh.size)
  return fresh
}

/** Every item in its place: with its rows in the batch it was decoded into, or without rows in the batch that is there. */
function inOrder(
  parts: ReadParts,
  partition: number,
  items: readonly QueueItem[],
  fresh: ReadonlySet<Queued>,
  indexed: readonly IndexedRecords[],
): readonly ReadBatch[] {
  const outcomes = indexed.flatMap(({ batch, records }) =>
    records.map((outcome, index) => ({ ...outcome, events: index === 0 ? batch : undefined })),
  )
  const batches: { records: ReadRecord[]; events: ReadBatch['events'] }[] = []
  const into = (record: ReadRecord) => {
    const last = batches.at(-1)
    if (last === undefined) batches.push({ records: [record], events: NO_EVENTS })
    else last.records.push(record)
  }
  let next = 0
  for (const item of items) {
    if (item.kind !== 'record') into(unreadable(parts, partition, item))
    else if (!fresh.has(item)) into(recordWithout(item.position))
    else {
      const outcome = outcomes[next++]
      if (outcome === undefined) throw new Error('a record has no outcome')
      const { rows, deadLetters, events } = outcome
      if (events !== undefined) batches.push({ records: [], events })
      into(readRecord(item, rows, deadLetters))
    }
  }
  return batches
}

function readRecord(
  { position, header }: Queued,
  events: number,
  deadLetters: ReadRecord['deadLetters'],
): ReadRecord {
  const receivedAt = BigInt(header.received_at)
  const receipt = {
    batch_id: header.batch_id,
    received_at: receivedAt,
    events,
    dead_letters: deadLetters.reduce((sum, { records }) => sum + records, 0),
  }
  return {
    position,
    events,
    deadLetters,
    receipt,
    bytes: header.bytes,
    receivedAt,
    replayed: header.replay?.letter,
  }
}

function unreadable(
  { log, now }: ReadParts,
  partition: number,
  item: Exclude<QueueItem, { kind: 'record' }>,
): ReadRecord {
  const { position, reason } = item
  const found = { partition, position: String(position) }
  switch (item.kind) {
    case 'damaged':
      log('error', `a queue record is damaged: ${reason}`, found)
      return recordWithout(position, [damagedLetter(partition, item, now())])
    case 'lost':
      log('error', `queue records are lost: ${reason}`, found)
      return recordWithout(position, [lostLetter(partition, position, reason, now())])
  }
}

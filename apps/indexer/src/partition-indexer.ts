import { setTimeout as pause } from 'node:timers/promises'
import type { Nanos } from '@heartwood/event'
import { LogStoreError } from '@heartwood/log-store'
import type { Step } from '@heartwood/pipeline'
import { type QueueConsumer, QueueError, type QueueItem } from '@heartwood/queue'
import type { App } from '@heartwood/runtime'
import type { BatchLedger } from './batches/batch-ledger.ts'
import { CommitGroup, type CommitPart, type GroupLimits } from './commits/commit-group.ts'
import { type AppendParts, appendDurably } from './commits/durable-append.ts'
import type { IndexerMetrics } from './indexer-metrics.ts'
import { indexRecord, reasonOf } from './records/index-record.ts'
import { damagedLetter, lostLetter } from './records/queue-letters.ts'
import type { TailHub } from './tails/tail-hub.ts'

export interface PartitionParts extends Omit<AppendParts, 'waiting'> {
  readonly consumer: QueueConsumer
  readonly steps: readonly Step[]
  readonly tails: Pick<TailHub, 'publish'>
  readonly ledger: BatchLedger
  readonly metrics: IndexerMetrics
  readonly log: App['log']
  /** Told why the partition does not get on, and with undefined that it does again. */
  readonly waiting: (partition: number, reason: string | undefined) => void
  readonly limits: GroupLimits
}

/**
 * Makes one partition of the queue searchable, record by record and commit by commit, until `signal` aborts. Bad data
 * never ends it; a failing queue or store makes it wait and go on from the committed position. Throws only
 * LogStoreError `superseded`: another indexer owns the store now.
 */
export async function indexPartition(
  parts: PartitionParts,
  partition: number,
  signal: AbortSignal,
): Promise<void> {
  const { writer, consumer, ledger, log } = parts
  let delay = parts.retryMillis.first
  let lost: string | undefined
  while (!signal.aborted) {
    const from = writer.position(partition)
    ledger.startOver(partition)
    try {
      if (from !== null) await consumer.release(partition, from)
      await consumeFrom(parts, partition, from, lost, signal)
      return
    } catch (error) {
      if (signal.aborted) return
      if (error instanceof LogStoreError && error.code === 'superseded') throw error
      if (writer.position(partition) !== from) {
        delay = parts.retryMillis.first
        lost = undefined
      }
      const position = from ?? 'the start'
      log.error({ err: error, partition }, `partition ${partition} begins again at ${position}`)
      parts.waiting(partition, reasonOf(error))
      if (error instanceof QueueError && error.code === 'position_lost' && lost === undefined) {
        lost = reasonOf(error)
        continue
      }
      await pause(delay, undefined, { signal }).catch(() => undefined)
      delay = Math.min(parts.retryMillis.most, delay * 2)
    }
  }
}

/** @param lost why the records behind `from` are gone: then it goes on with the first that is kept, and says so */
async function consumeFrom(
  parts: PartitionParts,
  partition: number,
  from: bigint | null,
  lost: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const items = parts.consumer.consume(partition, lost === undefined ? from : null, signal)
  const iterator = singly(items)
  try {
    let position = from
    let group: CommitGroup | undefined
    let next = iterator.next()
    let settled = false
    // A queue that fails does so at once; one that has nothing new just waits.
    const settles = performance.now() + parts.retryMillis.most
    for (;;) {
      const due = group?.due ?? (settled ? undefined : settles)
      const result = due === undefined ? await next : await until(next, due)
      if (!settled) parts.waiting(partition, undefined)
      settled = true
      if (group !== undefined && (result === 'due' || result.done)) {
        position = await commit(parts, partition, position, group.parts, signal)
        group = undefined
      }
      if (result === 'due') continue
      if (result.done) return
      const item = result.value
      next = iterator.next()
      // Not awaited before the commit below; a failure shows when it is.
      next.catch(() => undefined)
      if (group === undefined) {
        group = new CommitGroup(parts.limits, performance.now())
        if (lost !== undefined && from !== null) group.add(lostPart(partition, from, item, lost, parts.now()))
      }
      const part = await readItem(parts, partition, item, group)
      if (!group.takes(part)) {
        position = await commit(parts, partition, position, group.parts, signal)
        group = new CommitGroup(parts.limits, performance.now())
      }
      group.add(part)
      if (!group.full) continue
      position = await commit(parts, partition, position, group.parts, signal)
      group = undefined
    }
  } finally {
    // Ends the consumer's reading; it may be waiting for a record that never comes, so it is not waited for.
    void iterator.return(undefined).catch(() => undefined)
  }
}

async function* singly(found: AsyncIterable<readonly QueueItem[]>): AsyncGenerator<QueueItem, undefined> {
  for await (const items of found) yield* items
}

/** What `promise` gives, or 'due' once the clock of `performance.now()` reaches `due`. */
async function until<T>(promise: Promise<T>, due: number): Promise<T | 'due'> {
  const { promise: clock, resolve } = Promise.withResolvers<'due'>()
  const timer = setTimeout(resolve, Math.max(0, due - performance.now()), 'due')
  try {
    return await Promise.race([promise, clock])
  } finally {
    clearTimeout(timer)
  }
}

async function readItem(
  parts: PartitionParts,
  partition: number,
  item: QueueItem,
  group: CommitGroup,
): Promise<CommitPart> {
  const { metrics, now } = parts
  if (item.kind === 'damaged') {
    parts.log.error(
      { partition, position: String(item.position) },
      `a queue record is damaged: ${item.reason}`,
    )
    const deadLetters = [damagedLetter(partition, item, now())]
    return { ...NOTHING, position: item.position, deadLetters }
  }
  const { header, body, position } = item
  const { batch_id } = header
  if (group.has(batch_id) || (await parts.writer.seenBatches(partition, [batch_id])).has(batch_id)) {
    metrics.absorbed.inc()
    return { ...NOTHING, position }
  }
  const receivedAt = BigInt(header.received_at)
  parts.ledger.read(batch_id, { partition, receivedAt, bytes: header.bytes })
  const { batch, deadLetters, dropped, json } = await indexRecord(header, body, parts.steps, now())
  metrics.jsonRecords.inc({ read: 'shaped' }, json.shaped)
  metrics.jsonRecords.inc({ read: 'plain' }, json.plain)
  for (const [step, count] of dropped) metrics.dropped.inc({ step }, count)
  parts.tails.publish(partition, position, batch)
  return {
    position,
    batch,
    deadLetters,
    receipt: {
      batch_id,
      received_at: receivedAt,
      events: batch.length,
      dead_letters: deadLetters.reduce((sum, { records }) => sum + records, 0),
    },
    bytes: header.bytes,
    receivedAt,
  }
}

const NOTHING = {
  batch: undefined,
  deadLetters: [],
  receipt: undefined,
  bytes: 0,
  receivedAt: undefined,
} as const

/** A part in front of the first kept record, which must lie behind what is committed: positions are never used twice. */
function lostPart(partition: number, from: bigint, first: QueueItem, reason: string, now: Nanos): CommitPart {
  if (first.position <= from) {
    throw new Error(
      `the queue begins again at position ${first.position} of partition ${partition}, but ${from} is committed: it belongs to another store`,
    )
  }
  return {
    ...NOTHING,
    position: first.position - 1n,
    deadLetters: [lostLetter(partition, from, reason, now)],
  }
}

/** Commits a group and lets the queue go of it; gives the new position. */
async function commit(
  parts: PartitionParts,
  partition: number,
  from: bigint | null,
  group: readonly CommitPart[],
  signal: AbortSignal,
): Promise<bigint | null> {
  const { metrics, ledger } = parts
  const started = performance.now()
  const waiting = (reason: string | undefined) => parts.waiting(partition, reason)
  const committed = await appendDurably({ ...parts, waiting }, partition, from, group, signal)
  metrics.commitSeconds.observe((performance.now() - started) / 1000)
  for (const { batch, bytes, deadLetters, receipt } of committed) {
    metrics.events.inc(batch?.length ?? 0)
    metrics.bytes.inc(bytes)
    for (const { step, records } of deadLetters) metrics.deadLetters.inc({ step }, records)
    if (receipt !== undefined) ledger.committed([receipt])
  }
  const position = group.at(-1)?.position ?? from
  if (position !== null) {
    // What is committed is found; a queue that cannot delete its files now is asked again with the next commit.
    await parts.consumer.release(partition, position).catch((error: unknown) => {
      parts.log.warn({ err: error, partition }, 'the queue could not release what is committed')
    })
  }
  return position
}

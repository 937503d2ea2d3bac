import { letterOfRecord, lettersOfEvents, type QueuedRecord, recordsOfEvents } from '@heartwood/doors'
import { type EventBatch, indexOf, type Nanos, selectRows, textAt } from '@heartwood/event'
import { reasonOf } from '@heartwood/indexing'
import type { LogAppender } from '@heartwood/log-store'
import type { QueueConsumer } from '@heartwood/queue'
import { NO_EVENTS, type ReadBatch, type ReadRecord, withLetters } from './read-batch.ts'

export interface AsideParts {
  readonly appender: Pick<LogAppender, 'check'>
  readonly consumer: Pick<QueueConsumer, 'consume'>
  readonly now: () => Nanos
}

interface RefusedRow {
  readonly row: number
  readonly reason: string
}

/**
 * A record that the store refused, without the events that bring it about: these are dead letters, and their neighbours
 * stay. Where no single event does, all of it is one letter. Undefined where there is nothing left to take out.
 * @param from the position behind which the record lies in the queue, which has its bytes
 */
export async function putAside(
  parts: AsideParts,
  partition: number,
  from: bigint | null,
  { records, events }: ReadBatch,
  reason: string,
  signal: AbortSignal,
): Promise<ReadBatch | undefined> {
  const [record] = records
  if (record === undefined || events.length === 0) return undefined
  const queued = await readAgain(parts.consumer, partition, from, record, signal)
  const refused = await refusedRows(parts.appender, events, 0)
  if (refused.length === 0) {
    const refusal = { step: 'store', reason, now: parts.now() }
    const letter = letterOfRecord(await onlyOf(events, queued), refusal)
    // Of several lines that were joined, one event is gone.
    return { records: [withLetters(record, [{ ...letter, records: events.length }])], events: NO_EVENTS }
  }
  const letters = await lettersOfEvents(
    queued,
    refused.map(({ row, reason: cause }) => ({
      step: 'store',
      reason: cause,
      now: parts.now(),
      index: indexOf(textAt(events.id, row) ?? ''),
      service: textAt(events.text.get('service'), row),
      text: textAt(events.text.get('message'), row) ?? '',
    })),
  )
  const taken = new Set(refused.map(({ row }) => row))
  const kept = Uint32Array.from(
    Array.from({ length: events.length }, (_, row) => row).filter((row) => !taken.has(row)),
  )
  return { records: [withLetters(record, letters)], events: selectRows(events, kept) }
}

/** The record as if all were refused that is not among these events: the others are letters already, or dropped. */
async function onlyOf(events: EventBatch, queued: QueuedRecord): Promise<QueuedRecord> {
  const { header, body } = queued
  const { first_index = 0, records } = header
  const recordsOf = await recordsOfEvents(queued)
  const left = new Set(
    Array.from({ length: events.length }, (_, row) =>
      recordsOf(indexOf(textAt(events.id, row) ?? '')).map((index) => index - first_index),
    ).flat(),
  )
  const refused = Array.from({ length: records }, (_, index) => index).filter((index) => !left.has(index))
  return { header: { ...header, refused }, body }
}

/** The rows that the store refuses, found by halving. */
async function refusedRows(
  appender: AsideParts['appender'],
  events: EventBatch,
  first: number,
): Promise<RefusedRow[]> {
  try {
    await appender.check(events)
    return []
  } catch (error) {
    if (events.length === 1) return [{ row: first, reason: reasonOf(error) }]
    const middle = events.length >> 1
    return [
      ...(await refusedRows(appender, rowsBetween(events, 0, middle), first)),
      ...(await refusedRows(appender, rowsBetween(events, middle, events.length), first + middle)),
    ]
  }
}

function rowsBetween(events: EventBatch, from: number, to: number): EventBatch {
  return selectRows(
    events,
    Uint32Array.from({ length: to - from }, (_, row) => from + row),
  )
}

/** What is not committed is still in the queue. */
async function readAgain(
  consumer: AsideParts['consumer'],
  partition: number,
  from: bigint | null,
  { position }: ReadRecord,
  signal: AbortSignal,
): Promise<QueuedRecord> {
  for await (const [item] of consumer.consume(partition, from, signal, 1)) {
    if (item?.kind === 'record' && item.position === position) return item
    break
  }
  signal.throwIfAborted()
  throw new Error(`the queue does not give the record at ${position} of partition ${partition} again`)
}

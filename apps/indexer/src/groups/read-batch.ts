import {
  concatBatches,
  type DeadLetter,
  type EventBatch,
  freeBatch,
  type Nanos,
  selectRows,
} from '@heartwood/event'
import type { Append, BatchReceipt } from '@heartwood/log-store'

/** What one queue record brought. One that was absorbed, being a resend, brings nothing but its position. */
export interface ReadRecord {
  readonly position: bigint
  /** Its rows in the batch. */
  readonly events: number
  readonly deadLetters: readonly DeadLetter[]
  readonly receipt: BatchReceipt | undefined
  /** Inflated bytes of the body. */
  readonly bytes: number
  readonly receivedAt: Nanos | undefined
  /** The dead letter that it was a replay of: what it brings takes its place. */
  readonly replayed?: string | undefined
}

/** Consecutive queue records that were decoded as one batch; its rows are theirs, record by record. */
export interface ReadBatch {
  readonly records: readonly ReadRecord[]
  readonly events: EventBatch
}

export const NO_EVENTS: EventBatch = concatBatches([])

/** What a record brings that makes no events and was not accepted under a batch id. */
export function recordWithout(position: bigint, deadLetters: readonly DeadLetter[] = []): ReadRecord {
  return { position, events: 0, deadLetters, receipt: undefined, bytes: 0, receivedAt: undefined }
}

/** The record where some of its events have become letters. */
export function withLetters(record: ReadRecord, letters: readonly DeadLetter[]): ReadRecord {
  const { receipt } = record
  const gone = letters.reduce((sum, { records }) => sum + records, 0)
  return {
    ...record,
    events: record.events - gone,
    deadLetters: [...record.deadLetters, ...letters],
    receipt: receipt && {
      ...receipt,
      events: receipt.events - gone,
      dead_letters: receipt.dead_letters + gone,
    },
  }
}

export function endOf(batches: readonly ReadBatch[]): bigint {
  const last = batches.at(-1)?.records.at(-1)
  if (last === undefined) throw new Error('a batch needs at least one queue record')
  return last.position
}

export function eventsOf(batches: readonly ReadBatch[]): EventBatch {
  return concatBatches(batches.flatMap(({ events }) => (events.length === 0 ? [] : [events])))
}

/** Gives the memory of `eventsOf` back when nobody will look at them any more; where they are those of one batch, it stays. */
export function freeEvents(events: EventBatch, batches: readonly ReadBatch[]): void {
  if (batches.every((batch) => batch.events !== events)) freeBatch(events)
}

/** Gives the memory of batches back when they are committed, shown and offered: nobody else has what they were decoded into. */
export function freeBatches(batches: readonly ReadBatch[]): void {
  for (const { events } of batches) freeBatch(events)
}

/** The commit of some batches that follow the committed position `from`. */
export function appendOf(partition: number, from: bigint | null, batches: readonly ReadBatch[]): Append {
  const records = batches.flatMap((batch) => batch.records)
  return {
    partition,
    from,
    to: endOf(batches),
    events: eventsOf(batches),
    deadLetters: records.flatMap(({ deadLetters }) => deadLetters),
    batches: records.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt])),
    replayed: records.flatMap(({ replayed }) => (replayed === undefined ? [] : [replayed])),
  }
}

/** The same records as two commits, or undefined where there is one record only. */
export function halvesOf(
  batches: readonly ReadBatch[],
): readonly [readonly ReadBatch[], readonly ReadBatch[]] | undefined {
  const [only, ...more] = batches
  if (only === undefined) return undefined
  if (more.length > 0) {
    const middle = batches.length >> 1
    return [batches.slice(0, middle), batches.slice(middle)]
  }
  if (only.records.length < 2) return undefined
  const middle = only.records.length >> 1
  const [first, second] = [only.records.slice(0, middle), only.records.slice(middle)]
  const rows = first.reduce((sum, { events }) => sum + events, 0)
  return [
    [{ records: first, events: rowsBetween(only.events, 0, rows) }],
    [{ records: second, events: rowsBetween(only.events, rows, only.events.length) }],
  ]
}

function rowsBetween(batch: EventBatch, from: number, to: number): EventBatch {
  return selectRows(
    batch,
    Uint32Array.from({ length: to - from }, (_, row) => from + row),
  )
}

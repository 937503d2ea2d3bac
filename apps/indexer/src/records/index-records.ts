import type { JsonReads, QueuedRecord } from '@heartwood/doors'
import type { DeadLetter, EventBatch, Nanos } from '@heartwood/event'
import type { Step } from '@heartwood/pipeline'
import { indexRecord } from './index-record.ts'

/** What became of some queue records that follow each other and were read as one batch. */
export interface IndexedRecords {
  /** Their events, in the order of the records. */
  readonly batch: EventBatch
  /** One for each record, in order. */
  readonly records: readonly RecordOutcome[]
  /** Rows dropped on purpose, by pipeline step. */
  readonly dropped: ReadonlyMap<string, number>
  /** How their JSON was read; all 0 where it was not. */
  readonly json: JsonReads
}

export interface RecordOutcome {
  /** So many rows of the batch are of this record. */
  readonly rows: number
  readonly deadLetters: readonly DeadLetter[]
}

/**
 * Decodes records and runs the pipeline over them, as few batches as can be: records in a row with the same door, framing
 * and defaults make one, up to a size. Gives every record in order, each in exactly one of the batches.
 * Never throws for what is in a record: a body that cannot be decoded is a dead letter of its record, and where a step
 * throws, the rows that make it throw are put aside alone. `now` is the time written on dead letters.
 */
export async function indexRecords(
  records: readonly QueuedRecord[],
  steps: readonly Step[],
  now: Nanos,
): Promise<IndexedRecords[]> {
  const indexed: IndexedRecords[] = []
  for (const { header, body } of records) {
    const { batch, deadLetters, dropped, json } = await indexRecord(header, body, steps, now)
    indexed.push({ batch, records: [{ rows: batch.length, deadLetters }], dropped, json })
  }
  return indexed
}

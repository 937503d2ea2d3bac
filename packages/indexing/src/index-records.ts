import {
  type DecodedRecords,
  decodeRecords,
  type JsonReads,
  lettersOfEvents,
  type QueuedRecord,
} from '@heartwood/doors'
import { batchIdOf, type DeadLetter, type EventBatch, indexOf, type Nanos, textAt } from '@heartwood/event'
import type { PipelineResult, Step } from '@heartwood/pipeline'
import { isolatedPipeline } from './isolated-pipeline.ts'

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
  const decoded = await decodeRecords(records, now)
  const indexed: IndexedRecords[] = []
  let next = 0
  for (const together of decoded) {
    const [first] = together.records
    if (first === undefined) throw new Error('records without a record')
    const processed = isolatedPipeline(together.batch, steps, first, now)
    const { batch, dropped } = processed
    const queued = records.slice(next, next + together.records.length)
    next += together.records.length
    const outcome = await outcomes(together, processed, queued, now)
    indexed.push({ batch, records: outcome, dropped, json: together.json })
  }
  return indexed
}

/** Which rows and dead letters are whose: events carry the batch id of their record; a replay is alone. */
async function outcomes(
  { batch, records }: DecodedRecords,
  processed: PipelineResult,
  queued: readonly QueuedRecord[],
  now: Nanos,
): Promise<RecordOutcome[]> {
  const place = new Map(records.map(({ header }, index) => [header.batch_id, index]))
  const letters = records.map(({ deadLetters }) => [...deadLetters])
  const put = Map.groupBy(processed.deadLetters, ({ id }) => place.get(batchIdOf(id)) ?? 0)
  for (const [index, of] of put) {
    const record = queued[index]
    if (record !== undefined) letters[index]?.push(...(await withOriginals(record, of, now)))
  }
  const rows = records.map(({ rows }) => rows)
  if (processed.batch.length !== batch.length) {
    rows.fill(0)
    for (let row = 0; row < processed.batch.length; row++) {
      const index = place.get(batchIdOf(textAt(processed.batch.id, row) ?? '')) ?? 0
      rows[index] = (rows[index] ?? 0) + 1
    }
  }
  return records.map((_, index) => ({ rows: rows[index] ?? 0, deadLetters: letters[index] ?? [] }))
}

/** Letters of the pipeline, which knows events only, with the bytes they came from. */
function withOriginals(
  record: QueuedRecord,
  letters: readonly DeadLetter[],
  now: Nanos,
): Promise<DeadLetter[]> {
  return lettersOfEvents(
    record,
    letters.map(({ id, step, reason, service, sample }) => ({
      index: indexOf(id),
      step,
      reason,
      service,
      text: sample,
      now,
    })),
  )
}

import type { JsonReads } from '@heartwood/doors'
import type { DeadLetter, EventBatch, Nanos, RecordHeader } from '@heartwood/event'
import type { Step } from '@heartwood/pipeline'
import { indexRecords } from './index-records.ts'

export { reasonOf } from './reason-of.ts'

/** What became of one queue record: its events, and what could not become one. */
export interface IndexedRecord {
  readonly batch: EventBatch
  readonly deadLetters: readonly DeadLetter[]
  /** Rows dropped on purpose, by pipeline step. */
  readonly dropped: ReadonlyMap<string, number>
  /** How its JSON was read; all 0 where it was not. */
  readonly json: JsonReads
}

/** `indexRecords` for a single record. */
export async function indexRecord(
  header: RecordHeader,
  body: Uint8Array,
  steps: readonly Step[],
  now: Nanos,
): Promise<IndexedRecord> {
  const [indexed] = await indexRecords([{ header, body }], steps, now)
  if (indexed === undefined) throw new Error('a record that was not indexed')
  return { ...indexed, deadLetters: indexed.records.flatMap(({ deadLetters }) => deadLetters) }
}

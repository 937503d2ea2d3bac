import { decodeRecord, type JsonReads } from '@heartwood/doors'
import {
  concatBatches,
  type DeadLetter,
  type EventBatch,
  eventId,
  exactJson,
  isoFromNanos,
  type Nanos,
  type RecordHeader,
  rowOf,
  selectRows,
} from '@heartwood/event'
import { PipelineError, runPipeline, type Step } from '@heartwood/pipeline'

/** What became of one queue record: its events, and what could not become one. */
export interface IndexedRecord extends Processed {
  /** How its JSON was read; all 0 where it was not. */
  readonly json: JsonReads
}

/** What became of rows in the pipeline. */
interface Processed {
  readonly batch: EventBatch
  readonly deadLetters: readonly DeadLetter[]
  /** Rows dropped on purpose, by pipeline step. */
  readonly dropped: ReadonlyMap<string, number>
}

const SAMPLE_LENGTH = 8 * 1024

/**
 * Decodes a record and runs the pipeline over it. Never throws for what is in the record: a body that cannot be decoded
 * is a dead letter, and where a step throws, the rows that make it throw are found by halving and put aside alone.
 * `now` is the time written on dead letters.
 */
export async function indexRecord(
  header: RecordHeader,
  body: Uint8Array,
  steps: readonly Step[],
  now: Nanos,
): Promise<IndexedRecord> {
  try {
    const decoded = await decodeRecord(header, body, now)
    const processed = isolating(decoded.batch, steps, header, now)
    const deadLetters = [...decoded.deadLetters, ...processed.deadLetters]
    return { ...processed, deadLetters, json: decoded.json }
  } catch (error) {
    const batch = selectRows(EMPTY, new Uint32Array(0))
    const json = { shaped: 0, plain: 0, plainValues: 0 }
    return { batch, deadLetters: [undecodable(header, body, error, now)], dropped: new Map(), json }
  }
}

/** Runs the pipeline; a row that makes it throw becomes a dead letter, its neighbours go on. */
function isolating(batch: EventBatch, steps: readonly Step[], header: RecordHeader, now: Nanos): Processed {
  try {
    return runPipeline(steps, batch, { header })
  } catch (error) {
    if (batch.length <= 1) {
      const letter = unprocessable(batch, header, error, now)
      return { batch: selectRows(batch, new Uint32Array(0)), deadLetters: [letter], dropped: new Map() }
    }
    const rows = Uint32Array.from({ length: batch.length }, (_, row) => row)
    const middle = batch.length >> 1
    const halves = [rows.subarray(0, middle), rows.subarray(middle)].map((half) =>
      isolating(selectRows(batch, half), steps, header, now),
    )
    const dropped = new Map<string, number>()
    for (const half of halves) {
      for (const [step, count] of half.dropped) dropped.set(step, (dropped.get(step) ?? 0) + count)
    }
    return {
      batch: concatBatches(halves.map((half) => half.batch)),
      deadLetters: halves.flatMap((half) => half.deadLetters),
      dropped,
    }
  }
}

const EMPTY: EventBatch = concatBatches([])

function unprocessable(batch: EventBatch, header: RecordHeader, error: unknown, now: Nanos): DeadLetter {
  const event = rowOf(batch, 0)
  const text = event.raw ?? (event.message === '' ? exactJson(event.attributes) : event.message)
  return {
    id: event.id,
    at: isoFromNanos(now),
    received_at: isoFromNanos(BigInt(header.received_at)),
    door: header.door,
    step: error instanceof PipelineError ? error.step : 'pipeline',
    reason: reasonOf(error),
    sample: text.slice(0, SAMPLE_LENGTH),
    records: 1,
  }
}

function undecodable(header: RecordHeader, body: Uint8Array, error: unknown, now: Nanos): DeadLetter {
  return {
    id: eventId(header.batch_id, 0),
    at: isoFromNanos(now),
    received_at: isoFromNanos(BigInt(header.received_at)),
    door: header.door,
    step: 'decode',
    reason: reasonOf(error),
    sample: Buffer.from(body.subarray(0, SAMPLE_LENGTH)).toString('utf8'),
    records: Math.max(1, header.records - header.refused.length),
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

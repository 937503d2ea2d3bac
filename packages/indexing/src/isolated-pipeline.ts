import {
  concatBatches,
  type DeadLetter,
  type EventBatch,
  exactJson,
  isoFromNanos,
  MAX_SAMPLE,
  type Nanos,
  rowOf,
  selectRows,
} from '@heartwood/event'
import {
  PipelineError,
  type PipelineResult,
  runPipeline,
  type Step,
  type StepContext,
} from '@heartwood/pipeline'
import { reasonOf } from './reason-of.ts'

/**
 * Runs the pipeline; where a step throws, the rows that make it throw are found by halving and become dead letters, and
 * their neighbours go on. `now` is the time written on dead letters.
 */
export function isolatedPipeline(
  batch: EventBatch,
  steps: readonly Step[],
  context: StepContext,
  now: Nanos,
): PipelineResult {
  try {
    return runPipeline(steps, batch, context)
  } catch (error) {
    if (batch.length <= 1) {
      const letter = unprocessable(batch, context, error, now)
      return { batch: selectRows(batch, new Uint32Array(0)), deadLetters: [letter], dropped: new Map() }
    }
    const rows = Uint32Array.from({ length: batch.length }, (_, row) => row)
    const middle = batch.length >> 1
    const halves = [rows.subarray(0, middle), rows.subarray(middle)].map((half) =>
      isolatedPipeline(selectRows(batch, half), steps, context, now),
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

function unprocessable(batch: EventBatch, { header }: StepContext, error: unknown, now: Nanos): DeadLetter {
  const event = rowOf(batch, 0)
  // The step that takes it from the attributes may not have had its turn.
  const said = event.service ?? event.attributes.service
  const service = typeof said === 'string' ? said : undefined
  const text = event.raw ?? (event.message === '' ? exactJson(event.attributes) : event.message)
  return {
    id: event.id,
    attempts: 1,
    at: isoFromNanos(now),
    received_at: isoFromNanos(event.observed_at),
    door: header.door,
    step: error instanceof PipelineError ? error.step : 'pipeline',
    reason: reasonOf(error),
    sample: text.slice(0, MAX_SAMPLE),
    records: 1,
    ...(service !== undefined && { service }),
  }
}

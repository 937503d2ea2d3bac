import type { DeadLetter, EventBatch, RecordHeader } from '@heartwood/event'

/** What a step may know besides the events: the header of the queue record they came in. No clock, no state. */
export interface StepContext {
  readonly header: Pick<RecordHeader, 'defaults' | 'door'>
}

/**
 * What a step gives back. Every row that went in comes out in `batch`, or as one of `deadLetters`, or is counted in
 * `dropped`: nothing disappears without a name.
 */
export interface StepResult {
  readonly batch: EventBatch
  readonly deadLetters?: readonly DeadLetter[]
  /** Rows left out on purpose (sampling, a drop rule); counted under the name of the step. */
  readonly dropped?: number
}

/**
 * A stage of the pipeline: a pure function on columns. A row's outcome depends on that row and the context only, so
 * a batch may be cut anywhere; running the pipeline over its own result changes nothing.
 */
export interface Step {
  readonly name: string
  run(batch: EventBatch, context: StepContext): StepResult
}

import {
  type AttributeValue,
  type EventBatch,
  EventBatchBuilder,
  FLAGS,
  type LogEvent,
  nanosFromIso,
  rowsOf,
} from '@heartwood/event'
import { runPipeline, STANDARD_STEPS, type StepContext } from '../src/index.ts'

/** When the events of these tests were received. */
export const RECEIVED = nanosFromIso('2024-06-15T12:00:00Z') ?? 0n

export const NO_DEFAULTS: StepContext = { header: { door: 'json', defaults: {} } }

export interface Arrival {
  readonly message?: string
  readonly attributes?: Readonly<Record<string, AttributeValue>>
  readonly service?: string
  /** JSON text, as in the event. */
  readonly rest?: string
}

/** Events as a door decodes them: leaves as attributes or a line as message, the receipt time flagged as inferred. */
export function arrived(arrivals: readonly Arrival[], received = RECEIVED): EventBatch {
  const builder = new EventBatchBuilder()
  arrivals.forEach((arrival, index) => {
    builder.add({
      id: `batch-${index}`,
      timestamp: received,
      observed_at: received,
      source: 'json',
      flags: FLAGS.time_inferred,
      ...arrival,
    })
  })
  return builder.finish()
}

export function process(batch: EventBatch, context: StepContext = NO_DEFAULTS): EventBatch {
  return runPipeline(STANDARD_STEPS, batch, context).batch
}

/** One JSON event through the pipeline. */
export function json(attributes: Readonly<Record<string, AttributeValue>>, context = NO_DEFAULTS): LogEvent {
  return only(process(arrived([{ attributes }]), context))
}

/** One line of text through the pipeline. */
export function text(message: string, received = RECEIVED): LogEvent {
  return only(process(arrived([{ message }], received)))
}

export function only(batch: EventBatch): LogEvent {
  const [event, ...more] = rowsOf(batch)
  if (event === undefined || more.length > 0) throw new Error(`expected one event, got ${batch.length}`)
  return event
}

import type { DeadLetter, EventBatch } from '@heartwood/event'
import type { Step, StepContext, StepResult } from './step.ts'

export interface PipelineResult {
  readonly batch: EventBatch
  readonly deadLetters: readonly DeadLetter[]
  /** Rows dropped on purpose, by name of the step; steps that dropped nothing are left out. */
  readonly dropped: ReadonlyMap<string, number>
}

/** A step threw, or lost or invented rows without saying so. The caller isolates the rows that bring it about. */
export class PipelineError extends Error {
  readonly step: string
  constructor(step: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PipelineError'
    this.step = step
  }
}

/** Runs the steps in order. Throws PipelineError and nothing else. */
export function runPipeline(steps: readonly Step[], batch: EventBatch, context: StepContext): PipelineResult {
  const deadLetters: DeadLetter[] = []
  const dropped = new Map<string, number>()
  let current = batch
  for (const step of steps) {
    if (current.length === 0) break
    const result = runStep(step, current, context)
    deadLetters.push(...(result.deadLetters ?? []))
    if (result.dropped) dropped.set(step.name, result.dropped)
    current = result.batch
  }
  return { batch: current, deadLetters, dropped }
}

function runStep(step: Step, batch: EventBatch, context: StepContext): StepResult {
  let result: StepResult
  try {
    result = step.run(batch, context)
  } catch (cause) {
    throw new PipelineError(step.name, cause instanceof Error ? cause.message : String(cause), { cause })
  }
  const { batch: left, deadLetters = [], dropped = 0 } = result
  if (left.length + deadLetters.length + dropped === batch.length) return result
  throw new PipelineError(
    step.name,
    `got ${batch.length} rows and gave ${left.length} back, with ${deadLetters.length} dead letters and ${dropped} dropped`,
  )
}

import type { DeadLetter, EventBatch } from '@heartwood/event'
import type { Step, StepContext } from './step.ts'

export interface PipelineResult {
  readonly batch: EventBatch
  readonly deadLetters: readonly DeadLetter[]
  /** Rows dropped on purpose, by name of the step; steps that dropped nothing are left out. */
  readonly dropped: ReadonlyMap<string, number>
}

/**
 * Runs the steps in order. Throws where a step throws, and where a step lost or invented rows without saying so:
 * the caller then isolates the record.
 */
export function runPipeline(steps: readonly Step[], batch: EventBatch, context: StepContext): PipelineResult {
  const deadLetters: DeadLetter[] = []
  const dropped = new Map<string, number>()
  let current = batch
  for (const step of steps) {
    if (current.length === 0) break
    const result = step.run(current, context)
    const put = result.deadLetters ?? []
    const left = result.dropped ?? 0
    if (result.batch.length + put.length + left !== current.length) {
      throw new Error(
        `step ${step.name} got ${current.length} rows and gave ${result.batch.length} back, with ${put.length} dead letters and ${left} dropped`,
      )
    }
    deadLetters.push(...put)
    if (left > 0) dropped.set(step.name, left)
    current = result.batch
  }
  return { batch: current, deadLetters, dropped }
}

import type { Step } from './workload.ts'

export interface Slot {
  /** Index of the step. */
  readonly step: number
  /** Milliseconds since the run began; undefined: at once. */
  readonly due: number | undefined
}

/**
 * When the requests of some steps are due. A paced step has its place on the clock, after all paced steps before it; the
 * others last as long as they are told to.
 * @param isOver whether a step without a pace has ended by now
 */
export function* slotsOf(
  steps: readonly Step[],
  eventsPerRequest: number,
  isOver: (step: number) => boolean,
  elapsed: () => number,
): Generator<Slot, void, void> {
  let begin = 0
  for (const [step, spec] of steps.entries()) {
    if (spec.kind === 'paced') {
      const apart = (1_000 * eventsPerRequest) / spec.eventsPerSecond
      const count = Math.round((spec.seconds * 1_000) / apart)
      for (let n = 0; n < count; n++) yield { step, due: begin + n * apart }
      begin += spec.seconds * 1_000
    } else {
      while (!isOver(step)) yield { step, due: undefined }
      begin = elapsed()
    }
  }
}

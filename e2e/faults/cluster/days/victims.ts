import { setTimeout as delay } from 'node:timers/promises'
import { integer, pick } from '../../../../bench/generator/random.ts'
import type { AppProcess } from '../app-processes.ts'
import type { DayTiers } from './day-tiers.ts'
import type { Step, Steps, StepsOf } from './steps.ts'

/** How many steps something took. */
export type StepCount = Readonly<Record<StepsOf, number>>

/** An app that is killed, and what passes on its way to the servers. */
export interface Victim {
  readonly process: AppProcess
  readonly steps: Steps
}

/** A random step among those that something takes. */
export function stepAmong(count: StepCount, of: readonly StepsOf[], random: () => number): Step {
  const server = pick(random, of)
  const number = 1 + integer(random, Math.max(1, count[server]))
  return { of: server, number, when: random() < 0.5 ? 'before' : 'after' }
}

/** Counts the steps from here on. */
export function counting({ taken }: Steps): () => StepCount {
  const before = { ...taken }
  return () => ({
    elasticsearch: taken.elasticsearch - before.elasticsearch,
    s3: taken.s3 - before.s3,
  })
}

/** The archiver that hands days over; it looks for days that are due when it starts. */
export class Archiver implements Victim {
  readonly process: AppProcess
  readonly steps: Steps
  /** Days that hot keeps, as it is started with. */
  hotDays: number
  readonly #tiers: DayTiers

  constructor({ process, steps }: Victim, tiers: DayTiers, hotDays: number) {
    this.process = process
    this.steps = steps
    this.hotDays = hotDays
    this.#tiers = tiers
  }

  /** Ends it in order where it still runs. Resolves when it is ready again, or has been killed on the way there. */
  async startAgain(): Promise<void> {
    await this.process.stop()
    // One that was killed would be waited for.
    await this.#tiers.endLease()
    await this.process.start({ HEARTWOOD_HOT_DAYS: String(this.hotDays) })
  }

  /** How often it has said that a day cannot be handed over yet. */
  get refusals(): number {
    return this.process.output().split('stays hot').length - 1
  }
}

/** Resolves to whether it came to be so within a time. */
export async function comesTrue(condition: () => Promise<boolean>, millis: number): Promise<boolean> {
  const deadline = Date.now() + millis
  while (!(await condition())) {
    if (Date.now() > deadline) return false
    await delay(200)
  }
  return true
}

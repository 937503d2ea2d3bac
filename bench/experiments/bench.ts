import type { Cleaner } from '../measure/cleaner.ts'
import type { Section } from '../report/table.ts'

/** What every experiment works with. */
export interface Bench {
  readonly cleaner: Cleaner
  /** Tells what is being done. */
  say(text: string): void
}

export interface Outcome {
  readonly sections: readonly Section[]
  /** Wrong answers, lost events, answers that are neither a 2xx nor a 429. */
  readonly problems: readonly string[]
}

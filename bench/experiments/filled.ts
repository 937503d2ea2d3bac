import { randomBytes } from 'node:crypto'
import { Ledger } from '../expected/ledger.ts'
import { LoadGenerator } from '../generator/load-generator.ts'
import type { Load } from '../generator/workload.ts'
import { nowMicros } from '../measure/clock.ts'
import { type LoadResult, runLoad } from '../measure/load.ts'
import { type Single, sendSingles, single } from '../measure/singles.ts'
import type { Subject } from '../measure/subject.ts'
import type { Target } from '../measure/target.ts'
import { fill } from '../workloads.ts'

/** A Heartwood with what it was sent, and the words to look for in it. */
export class Filled<T extends Target = Subject> implements Disposable {
  readonly subject: T
  readonly generator = new LoadGenerator()
  readonly ledger = new Ledger()
  readonly rareWords: readonly string[] = Array.from(
    { length: RARE_WORDS },
    () => `quokka${randomBytes(5).toString('hex')}`,
  )
  readonly problems: string[] = []

  constructor(subject: T) {
    this.subject = subject
  }

  [Symbol.dispose](): void {
    this.generator[Symbol.dispose]()
  }

  async run(load: Load, seals: boolean): Promise<LoadResult> {
    const result = await runLoad(this.subject, this.generator, load, { seals })
    this.ledger.add(load.workload, result.report.sendings)
    this.problems.push(...result.problems)
    return result
  }

  /**
   * Sends a load that fills in some parts, and between them events with the rare words, so that each word is in a few
   * events that are far from each other.
   * @returns the result of the last part
   */
  async fillInParts({ workload, pace }: Load, events: number, parts: number): Promise<LoadResult> {
    let { calendar } = pace
    let last: LoadResult | undefined
    for (let part = 0; part < parts; part++) {
      const { steps } = fill(workload, Math.ceil(events / parts)).pace
      last = await this.run({ workload, pace: { ...pace, steps, calendar } }, part === parts - 1)
      if (calendar !== null) {
        const ends = last.report.sendings.map(({ endMicros }) => endMicros)
        const startMicros = ends.reduce((latest, end) => Math.max(latest, end), calendar.startMicros)
        calendar = { ...calendar, startMicros }
      }
      if (part < parts - 1) await this.#sendRareWords(calendar?.startMicros ?? nowMicros())
    }
    if (last === undefined) throw new Error('a fill needs a part')
    return last
  }

  async #sendRareWords(micros: number): Promise<void> {
    const millis = Math.floor(micros / 1_000) * 1_000
    const singles: Single[] = this.rareWords.map((word) => single(`a ${word} was seen`, millis))
    await sendSingles(this.subject, singles)
    this.ledger.addSingles(singles)
  }
}

const RARE_WORDS = 12

import { Ledger } from '../expected/ledger.ts'
import { LoadGenerator } from '../generator/load-generator.ts'
import type { Load } from '../generator/workload.ts'
import { type LoadResult, runLoad } from '../measure/load.ts'
import { MemoryWatch, peakOf } from '../measure/memory-watch.ts'
import { settled } from '../measure/settled.ts'
import { Subject } from '../measure/subject.ts'
import { cpuRow, throughputRow } from '../report/load-rows.ts'
import { peakRows } from '../report/memory-rows.ts'
import type { Bench, Outcome } from './bench.ts'
import { countedProblems } from './counted.ts'

export interface IngestPlan {
  readonly warmup: Load
  /** The first is the one with goals. */
  readonly rows: readonly Load[]
}

/** How many events a second, and how much CPU for each, for one kind of load after the other. */
export async function ingest(plan: IngestPlan, { cleaner, say }: Bench): Promise<Outcome> {
  await using subject = await Subject.start(cleaner)
  using generator = new LoadGenerator()
  using memory = new MemoryWatch(subject.pid)
  const ledger = new Ledger()
  const results: LoadResult[] = []
  const run = async (load: Load) => {
    say(load.workload.name)
    // Otherwise the merges of one row would be counted as CPU of the next.
    await settled(subject)
    const result = await runLoad(subject, generator, load, { seals: true })
    ledger.add(load.workload, result.report.sendings)
    return result
  }
  await run(plan.warmup)
  for (const load of plan.rows) results.push(await run(load))
  say('counting')
  return {
    sections: [
      {
        title: 'Events per second, flat out',
        rows: results.map((result, index) => throughputRow(result, index === 0)),
      },
      {
        title: 'CPU per event, all apps',
        rows: results.map((result, index) => cpuRow(result, index === 0)),
      },
      { title: 'Most memory, flat out', rows: peakRows(peakOf(memory.samples), { hasGoals: false }) },
    ],
    problems: [...results.flatMap(({ problems }) => problems), ...(await countedProblems(subject, ledger))],
  }
}

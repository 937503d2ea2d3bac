import { Ledger } from '../expected/ledger.ts'
import { LoadGenerator } from '../generator/load-generator.ts'
import type { StepReport } from '../generator/protocol.ts'
import type { Workload } from '../generator/workload.ts'
import { type LoadResult, runLoad } from '../measure/load.ts'
import { MemoryWatch, meanBetween, peakOf } from '../measure/memory-watch.ts'
import { Subject } from '../measure/subject.ts'
import { answers } from '../report/load-rows.ts'
import { peakRows, steadinessRows } from '../report/memory-rows.ts'
import { type Row, whole } from '../report/table.ts'
import { paced } from '../workloads.ts'
import type { Bench, Outcome } from './bench.ts'
import { countedProblems } from './counted.ts'

export interface MemoryPlan {
  readonly workload: Workload
  readonly eventsPerSecond: number
  /** Before anything is compared. */
  readonly warmupSeconds: number
  readonly steadySeconds: number
  readonly spike: { readonly eventsPerSecond: number; readonly seconds: number }
  /** At the steady rate again. */
  readonly afterSeconds: number
  /** Means over so long are compared: at the start and end of the steady time, and at the very end. */
  readonly compareSeconds: number
}

/** The memory of each app at a steady rate, and what a spike does to it, to the answers and to what is stored. */
export async function memory(plan: MemoryPlan, { cleaner, say }: Bench): Promise<Outcome> {
  await using subject = await Subject.start(cleaner)
  using generator = new LoadGenerator()
  const { eventsPerSecond, spike } = plan
  const steady = plan.warmupSeconds + plan.steadySeconds
  const load = paced(plan.workload, { seconds: steady, eventsPerSecond }, spike, {
    seconds: plan.afterSeconds,
    eventsPerSecond,
  })
  say(`${steady} s, a spike of ${spike.seconds} s, ${plan.afterSeconds} s`)
  using watch = new MemoryWatch(subject.pid)
  const result = await runLoad(subject, generator, load, { seals: false })
  const ledger = new Ledger()
  ledger.add(plan.workload, result.report.sendings)
  say('counting')
  const counted = await countedProblems(subject, ledger)
  const mean = (fromSecond: number) =>
    meanBetween(
      watch.samples,
      result.window.from + fromSecond * 1e6,
      result.window.from + (fromSecond + plan.compareSeconds) * 1e6,
    )
  const beforeSpike = mean(steady - plan.compareSeconds)
  const end = steady + spike.seconds + plan.afterSeconds
  return {
    sections: [
      {
        title: `Memory at ${whole(eventsPerSecond)} events/s for ${plan.steadySeconds} s`,
        rows: [
          ...steadinessRows('flat', mean(plan.warmupSeconds), beforeSpike),
          ...peakRows(peakOf(watch.samples.filter(({ at }) => at < result.window.from + steady * 1e6)), {
            hasGoals: true,
          }),
        ],
      },
      {
        title: `A spike to ${whole(spike.eventsPerSecond)} events/s for ${spike.seconds} s`,
        rows: [
          ...spikeRows(result, plan, counted),
          ...steadinessRows('before and after', beforeSpike, mean(end - plan.compareSeconds)),
          ...peakRows(peakOf(watch.samples), { hasGoals: false }),
        ],
      },
    ],
    problems: [...result.problems, ...counted],
  }
}

/** A spike that the generator could not send shows nothing. */
const LEAST_OFFERED = 0.95

function spikeRows(result: LoadResult, plan: MemoryPlan, counted: readonly string[]): Row[] {
  const [, spike] = result.report.steps
  if (spike === undefined) throw new Error('the load has no spike')
  const spikeEnd =
    result.window.from / 1_000 + (plan.warmupSeconds + plan.steadySeconds + plan.spike.seconds) * 1_000
  const behindUntil = result.lag.lastAbove(1_000)
  const drained = behindUntil === undefined ? 0 : Math.max(0, (behindUntil - spikeEnd) / 1_000)
  const worst = Math.max(...result.lag.history.map(({ millis }) => millis))
  return [
    {
      figure: 'each request answered 2xx or 429',
      measured: answers(result),
      goal: 'no other',
      met: result.problems.length === 0 && offered(spike, plan) >= LEAST_OFFERED * plan.spike.eventsPerSecond,
      note: `${whole(offered(spike, plan))} events/s could be offered in the spike, ${whole(spike.events / plan.spike.seconds)}/s accepted`,
    },
    {
      figure: 'less than a second behind again',
      measured: `${drained.toFixed(1)} s after the spike`,
      goal: 'drained',
      met: result.lag.millis(result.window.to / 1_000) < 1_000,
      note: `at most ${(worst / 1_000).toFixed(1)} s behind`,
    },
    {
      figure: 'nothing lost, nothing doubled',
      measured:
        counted.length === 0 ? `${whole(result.events)} events found` : `${counted.length} differences`,
      goal: 'all, once',
      met: counted.length === 0,
      note: 'counted by searching: in all, by level and by service',
    },
  ]
}

function offered({ requests }: StepReport, { workload, spike }: MemoryPlan): number {
  return (requests * workload.eventsPerBody) / spike.seconds
}

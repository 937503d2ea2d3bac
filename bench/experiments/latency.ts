import { Ledger } from '../expected/ledger.ts'
import { LoadGenerator } from '../generator/load-generator.ts'
import type { Load } from '../generator/workload.ts'
import { measureFreshness } from '../measure/freshness.ts'
import { type LoadResult, runLoad } from '../measure/load.ts'
import { percentile } from '../measure/percentiles.ts'
import { Subject } from '../measure/subject.ts'
import { answers } from '../report/load-rows.ts'
import { type Row, whole } from '../report/table.ts'
import type { Bench, Outcome } from './bench.ts'
import { countedProblems } from './counted.ts'

export interface LatencyPlan {
  readonly warmup: Load
  /** Marked lines are sent and looked for meanwhile. */
  readonly steady: Load
  readonly burst: Load
}

/** How long a request waits for its answer, and a line until it is found and shown. */
export async function latency(plan: LatencyPlan, { cleaner, say }: Bench): Promise<Outcome> {
  await using subject = await Subject.start(cleaner)
  using generator = new LoadGenerator()
  const ledger = new Ledger()
  const run = async (load: Load) => {
    say(load.workload.name)
    const result = await runLoad(subject, generator, load, { seals: false })
    ledger.add(load.workload, result.report.sendings)
    return result
  }
  await run(plan.warmup)
  const ending = new AbortController()
  const measuring = measureFreshness(subject, ending.signal)
  // What fails of it is thrown where it is waited for.
  measuring.catch(() => undefined)
  const steady = await run(plan.steady).finally(() => ending.abort())
  const { searchable, tail, sent, problems } = await measuring
  ledger.addSingles(sent)
  const burst = await run(plan.burst)
  const markers = (samples: readonly number[]) => `${samples.length} marked lines`
  const { name } = plan.steady.workload
  return {
    sections: [
      {
        title: 'Latency',
        rows: [
          latencyRow(`accepted -> searchable, ${name}`, searchable, 300, markers(searchable)),
          latencyRow(`accepted -> tail, ${name}`, tail, 150, markers(tail)),
          acceptRow(steady, undefined),
          acceptRow(burst, 100),
        ],
      },
    ],
    problems: [
      ...steady.problems,
      ...burst.problems,
      ...problems,
      ...(await countedProblems(subject, ledger)),
    ],
  }
}

function acceptRow(result: LoadResult, goalMillis: number | undefined): Row {
  const samples = result.report.steps.flatMap(({ latencies }) => latencies)
  const note = `accepted ${whole(result.acceptedPerSecond)}/s; last event searchable ${result.drainSeconds.toFixed(1)} s after the last answer; ${answers(result)}; others took ${result.othersCores.toFixed(1)} cores`
  return latencyRow(`accept, ${result.load.workload.name} offered`, samples, goalMillis, note)
}

function latencyRow(
  figure: string,
  samples: readonly number[],
  goalMillis: number | undefined,
  note: string,
): Row {
  const p99 = percentile(samples, 0.99)
  return {
    figure,
    measured: `p50 ${whole(percentile(samples, 0.5))} ms, p99 ${whole(p99)} ms`,
    goal: goalMillis === undefined ? '' : `p99 ${goalMillis} ms`,
    met: goalMillis === undefined ? undefined : p99 <= goalMillis,
    note: `${note}; the slowest ${whole(Math.max(...samples))} ms`,
  }
}

import { join } from 'node:path'
import { ensureBuilt } from '../scripts/setup.mjs'
import type { Outcome } from './experiments/bench.ts'
import { Cleaner } from './measure/cleaner.ts'
import { type ExperimentName, optionsOf } from './options.ts'
import { experimentOf } from './plan.ts'
import { figuresOf } from './report/figures.ts'
import { machineLine } from './report/machine.ts'
import { writeFigures } from './report/page.ts'
import { runExperiment } from './run-experiment.ts'

/**
 * Measures a real Heartwood against the goals, one experiment after the other, and prints what each found.
 *   npm run bench                            about a quarter of an hour
 *   npm run bench -- --quick                 about three minutes: shows that it runs, its figures mean little
 *   npm run bench -- --long                  memory over ten minutes, questions asked more often
 *   npm run bench -- --growth                from 2 to 100 million events stored: half an hour and 20 GB of disk
 *   npm run bench -- --only ingest,latency   some of it
 *   npm run bench web                        the page in Chromium
 *   npm run bench cluster                    Kafka, Elasticsearch and two of each app
 *   npm run bench cold                       old logs in an S3 server of this machine
 *   npm run bench -- --events 2e6            so many events for the questions, growth, the cluster or old logs
 *   npm run bench -- --write                 also puts each experiment's figures into its place in docs/benchmarks.md
 * Exits with 1 where an answer was wrong, an event was lost or a request answered neither 2xx nor 429.
 */
const args = process.argv.slice(2)
const options = optionsOf(args)
const command = ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' ')
const begun = performance.now()
const say = (text: string) =>
  console.error(`bench | ${((performance.now() - begun) / 1_000).toFixed(0).padStart(5)} s  ${text}`)

await ensureBuilt()
const cleaner = new Cleaner()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, async () => {
    say('ending; what was started is stopped and removed')
    await cleaner.clean()
    process.exit(130)
  })

/** An experiment that breaks off is a problem, and no reason to leave out the others. */
async function outcomeOf(name: ExperimentName): Promise<Outcome> {
  try {
    return await runExperiment(experimentOf(name, options.size, options.events), {
      cleaner,
      say: (text) => say(`${name}: ${text}`),
    })
  } catch (error) {
    console.error(error)
    return { sections: [], problems: [`broken off: ${error instanceof Error ? error.message : error}`] }
  }
}

try {
  for (const name of options.experiments) {
    say(`== ${name}`)
    const started = { date: new Date(), machine: machineLine() }
    const from = performance.now()
    const outcome = await outcomeOf(name)
    const figures = figuresOf(outcome, { command, ...started, minutes: (performance.now() - from) / 60_000 })
    console.log(`\n## ${name}\n\n${figures}`)
    if (options.write) writeFigures(join(import.meta.dirname, '../docs/benchmarks.md'), name, figures)
    if (outcome.problems.length > 0) process.exitCode = 1
  }
} finally {
  await cleaner.clean()
}

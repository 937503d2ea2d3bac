import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { planOf } from './plan.ts'
import { machineLine } from './report/machine.ts'
import { writeFigures } from './report/page.ts'
import { sections } from './report/sections.ts'
import { markdown } from './report/table.ts'
import { runPlan } from './run-plan.ts'
import { runProfiled } from './run-profiled.ts'

/**
 * Measures a real Heartwood against the goals and prints one report.
 *   npm run bench                     under three minutes
 *   npm run bench -- --long           a minute of the main load, questions over 10 million events
 *   npm run bench -- --events 2e6     fills up to so many events before the questions
 *   npm run bench -- --no-profile     without the second run under the profiler
 *   npm run bench -- --write          also puts the figures into docs/benchmarks.md
 * Exits with 1 where an answer was wrong, an event was lost or a request answered neither 2xx nor 429.
 */
const { values } = parseArgs({
  options: {
    long: { type: 'boolean', default: false },
    events: { type: 'string' },
    profile: { type: 'boolean', default: true },
    write: { type: 'boolean', default: false },
  },
  allowNegative: true,
})
const fillTo = values.events === undefined ? undefined : Number(values.events)
if (fillTo !== undefined && !(fillTo > 0)) throw new Error('--events takes a number of events, such as 2e6')

const machine = machineLine()
const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
const begun = performance.now()
const say = (text: string) =>
  console.error(`bench | ${((performance.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${text}`)

const plan = planOf({ long: values.long, fillTo })
const measured = await runPlan(plan, say)
if (values.profile) say('the profiled run')
const profiled = values.profile ? await runProfiled(plan.profileSeconds) : undefined

const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(
  ' ',
)
const figures = [
  `- command: \`${command}\`, ${date} UTC, ${((performance.now() - begun) / 60_000).toFixed(1)} minutes`,
  `- machine: ${machine}`,
  ...measured.problems.map((problem) => `- **PROBLEM**: ${problem}`),
  '',
  markdown(sections(measured, profiled)),
].join('\n')
console.log(figures)
if (values.write) writeFigures(join(import.meta.dirname, '../docs/benchmarks.md'), figures)
process.exitCode = measured.problems.length > 0 ? 1 : 0

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { flagLines, optionsOf } from './options.ts'
import { costsOf } from './plan/costs.ts'
import { capacityFor } from './report/capacity.ts'
import { capacityText } from './report/text.ts'

/**
 * How large a cluster has to be, from what docs/benchmarks.md says that each part costs, and what a spike does to it.
 *   npm run capacity -- --per-day 10TB            the mission
 *   npm run capacity -- --per-day 200GB --event-bytes 400B --days-cold 0
 *   npm run capacity -- --all-minutes             every minute of the spike
 *   npm run capacity -- --json                    everything, for programs
 * Exits with 1 where a flag is wrong, or a setting does not take what the plan needs.
 */
const argv = process.argv.slice(2)
if (argv.includes('--help')) {
  console.log(['npm run capacity -- [flags]', '', ...flagLines(), '  --json, --all-minutes'].join('\n'))
  process.exit(0)
}
const read = optionsOf(argv)
if (!read.ok) {
  for (const error of read.errors) console.error(error)
  process.exit(1)
}
const page = readFileSync(join(import.meta.dirname, '../../docs/benchmarks.md'), 'utf8')
const { demand, prices, json, allMinutes } = read.options
const capacity = capacityFor(demand, costsOf(page), prices)
console.log(json ? JSON.stringify(capacity, undefined, 2) : capacityText(capacity, { allMinutes }))
if (capacity.plan.settings.refused.length > 0) process.exitCode = 1

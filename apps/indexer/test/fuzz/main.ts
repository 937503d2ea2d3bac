import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { fuzzDoor } from './fuzz-door.ts'
import { FUZZED_DOORS } from './mutated-body.ts'
import { seededRandom } from './seeded-random.ts'

/**
 * The long fuzz test: mutated bodies for every door, and the memory before and after.
 *   node apps/indexer/test/fuzz/main.ts [--count 100000] [--seed N]
 */
const argument = (name: string, standard: number) =>
  Number(process.argv[process.argv.indexOf(name) + 1]) || standard
const count = process.argv.includes('--count') ? argument('--count', 100_000) : 100_000
const seed = process.argv.includes('--seed') ? argument('--seed', 1) : Date.now() % 1_000_000_000

/** What may be held after so many bodies that was not before: caches of keys, of which there is a fixed number. */
const MOST_GROWTH = 32 * 1024 * 1024

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

console.log(`seed ${seed}`)
for (const door of FUZZED_DOORS) {
  const random = seededRandom(seed)
  await fuzzDoor(door, Math.ceil(count / 10), random)
  const before = held()
  const { refused, events, longestMillis } = await fuzzDoor(door, count, random)
  const growth = held() - before
  console.log(
    `${door}: ${count} bodies, ${refused} refused, ${events} events, longest ${longestMillis.toFixed(1)} ms of CPU, memory ${(growth / 1024 / 1024).toFixed(1)} MiB more`,
  )
  if (growth > MOST_GROWTH) throw new Error(`${door} holds ${growth} bytes more than before`)
}

function held(): number {
  if (typeof collect === 'function') collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

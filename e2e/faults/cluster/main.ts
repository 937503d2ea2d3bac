import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '../../../bench/generator/random.ts'
import { Load } from '../load.ts'
import { archivedIds } from './archived-ids.ts'
import { Cluster } from './cluster.ts'
import { breakIt, CLUSTER_FAULTS, type ClusterFault, type FaultTimes } from './fault.ts'
import { type Judgement, judge } from './judge.ts'
import { outOfOrder } from './sender-order.ts'
import { type StoredIds, storedIds } from './stored-ids.ts'
import { topicBatches } from './topic-batches.ts'

/**
 * Breaks a real cluster under load, round by round, and after each round holds what Elasticsearch and the archive have against
 * what was answered with a 2xx: each line once, by their own counts and by a scan of all ids.
 *   node e2e/faults/cluster/main.ts [--rounds 50] [--seed N] [--only fault,fault] [--short]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const chosen =
  values.only === undefined
    ? CLUSTER_FAULTS
    : CLUSTER_FAULTS.filter((fault) => values.only?.split(',').includes(fault))
if (chosen.length === 0) throw new Error(`the faults are: ${CLUSTER_FAULTS.join(', ')}`)
const rounds = Number(values.rounds ?? (values.short ? chosen.length : 50))
const TIMES: FaultTimes = values.short
  ? { freezeMillis: 45_000, tooManyMillis: 8_000, redMillis: 8_000, burstMillis: 6_000 }
  : { freezeMillis: 90_000, tooManyMillis: 30_000, redMillis: 30_000, burstMillis: 20_000 }
/** Elasticsearch on a busy machine is slow for as long as that is busy; what is lost never comes. */
const SETTLE_MILLIS = 900_000
/** As many as come in half a minute, so that a server which is long in coming back does not find more the longer it takes. */
const MOST_LINES = 24_000
const SENDERS = 6
/** Some 800 lines a second, so that there is room for ten times as many. */
const PAUSE_MILLIS = 130

const folder = await mkdtemp(join(tmpdir(), 'heartwood-cluster-faults-'))
console.log(`cluster faults: ${rounds} rounds, seed ${seed}`)
const began = Date.now()
const problems: string[] = []
try {
  await using cluster = await Cluster.start(folder, { proxied: true, archived: true })
  console.log(`servers and two of each app run after ${seconds(began)} s`)
  await using stored = storedIds(cluster.servers.elasticsearch.address, 'logs-*')
  await using archived = await archivedIds(cluster.servers.s3?.address ?? '', folder)
  const ingests = cluster.of('ingest')
  const load = new Load(`r${seed}`, {
    // A sender stays with its ingest: that is whose order is kept.
    url: (sender) => ingests[sender % ingests.length]?.url ?? '',
    senders: SENDERS,
    pauseMillis: PAUSE_MILLIS,
    // What Kafka was sent may be there although it never said so.
    mayBeStored: (status) => status === 503,
  })
  try {
    for (let round = 1; round <= rounds && problems.length === 0; round++) {
      const fault: ClusterFault =
        chosen[round <= chosen.length ? round - 1 : Math.floor(random() * chosen.length)] ?? 'kill an indexer'
      await playRound(cluster, load, round, fault)
    }
  } catch (error) {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
    console.log(cluster.output())
  }
  await load.stop()
  await accountFor(load, 'at the end', 'none')
  const topic = await topicBatches([cluster.servers.kafkaProxy.address], 'logs-raw')
  const wrong = outOfOrder(topic, load.sent)
  problems.push(...wrong.slice(0, 10), ...load.problems.slice(0, 10))
  console.log(
    `${topic.flat().length} batches lie in the topic, ${wrong.length} out of their sender's order; ${load.refusals} requests were refused`,
  )
  console.log(`${load.round} rounds in ${seconds(began)} s, ${load.acknowledged} lines acknowledged`)

  async function playRound(cluster: Cluster, load: Load, round: number, fault: ClusterFault): Promise<void> {
    load.round = round
    load.allow(MOST_LINES)
    const start = Date.now()
    await load.acknowledgedPast(load.acknowledged + 200, 120_000)
    await breakIt(cluster, load, fault, random, TIMES)
    load.allow(MOST_LINES)
    await load.acknowledgedPast(load.acknowledged + 200, 120_000)
    await load.hold(120_000)
    await accountFor(load, `round ${round}`, fault, `, ${seconds(start)} s`)
    load.goOn()
  }

  async function accountFor(load: Load, round: string, fault: string, note = ''): Promise<void> {
    account(round, fault, await settled(load, stored), note)
    account(`${round}, archive`, fault, await settled(load, archived))
  }

  /** As soon as nothing is missing, or when it never came. */
  async function settled(load: Load, stored: StoredIds): Promise<Judgement> {
    // Where something is wrong already, what is missing by now is not waited for again.
    const deadline = Date.now() + (problems.length === 0 ? SETTLE_MILLIS : 0)
    for (;;) {
      const enough = (await stored.count()) >= load.acknowledged
      if (enough || Date.now() > deadline) {
        const judgement = await judge(stored, load.sent)
        if (judgement.lost.length === 0 || Date.now() > deadline) return judgement
      }
      await delay(200)
    }
  }
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
for (const problem of problems) console.log(`PROBLEM: ${problem}`)
if (problems.length === 0) await rm(folder, { recursive: true, force: true })
else console.log(`what the servers and apps wrote is kept in ${folder} (seed ${seed})`)
process.exit(problems.length === 0 ? 0 : 1)

function account(round: string, fault: string, judgement: Judgement, note = ''): void {
  const { acknowledged, stored, lost, doubled, ghosts, disagreement } = judgement
  console.log(
    `${round}: ${fault}: ${acknowledged} acknowledged, ${stored} stored, ${lost.length} lost, ${doubled.length} doubled${note}`,
  )
  if (lost.length + doubled.length + ghosts.length > 0)
    problems.push(
      `${round} (${fault}): lost ${lost.slice(0, 5)} doubled ${doubled.slice(0, 5)} refused but found ${ghosts.slice(0, 5)}`,
    )
  if (disagreement !== undefined) problems.push(`${round} (${fault}): ${disagreement}`)
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0)
}

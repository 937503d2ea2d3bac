import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { integer, pick, seededRandom } from '../../../bench/generator/random.ts'
import { dayAgo } from '../../cluster/days-ago.ts'
import type { ClusterApp } from './app-processes.ts'
import { archivedIds } from './archived-ids.ts'
import { Cluster } from './cluster.ts'
import { DayEvents } from './days/day-events.ts'
import { openDayTiers } from './days/day-tiers.ts'
import { isClean, judgeStores } from './days/judge-stores.ts'
import {
  type DayCluster,
  type Disturbance,
  deleteShare,
  isDropped,
  restore,
  retire,
  type Undisturbed,
} from './days/operations.ts'
import { type Faults, isExact, judgedList, Questions } from './days/questions.ts'
import { openSteps, type Steps } from './days/steps.ts'
import { Archiver, comesTrue, counting, type Victim } from './days/victims.ts'
import { storedIds } from './stored-ids.ts'

/**
 * Events of several days lie in Elasticsearch and in the archive. Round by round a day moves to the archive, comes back, or a
 * delete goes over both, and whoever does it is killed at random steps and started again until it comes through. All along the
 * query app is asked for everything, and has to give each event once; after each round so do the stores themselves, by their
 * own counts and by a scan of all ids.
 *   node e2e/faults/cluster/days.ts [--rounds 30] [--seed N] [--short]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    short: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
/** Of its own: how often is asked does not change what is done. */
const randomPage = seededRandom(seed + 1)
const rounds = Number(values.rounds ?? (values.short ? 6 : 30))
const MOST_KILLS = values.short ? 2 : 3

/** Days of which there are events from the beginning; each has an index of its own. */
const DAYS = Array.from({ length: 14 }, (_, index) => dayAgo(index + 1))
const EVENTS_OF_A_DAY = 120
/** What comes in while a round is played, late as it is. */
const LATE_EVENTS = 30
/** All of DAYS are hot at first; these days old ones are not any more when the first round begins. */
const HOT_DAYS = { first: 20, later: 12 }
const KINDS = ['retire', 'restore', 'delete'] as const
type Kind = (typeof KINDS)[number]
/** What one of a group held when it was killed, another gets after half a minute; a busy machine is slow. */
const SETTLE_MILLIS = 300_000
const DROP_MILLIS = 400_000

const folder = await mkdtemp(join(tmpdir(), 'heartwood-days-faults-'))
console.log(`faults of days: ${rounds} rounds, seed ${seed}`)
const began = Date.now()
const problems: string[] = []
const sums = { kills: 0, lost: 0, doubled: 0, lists: 0 }
try {
  await using owned = new AsyncDisposableStack()
  const stepsOf = new Map<ClusterApp, Steps>()
  const openStepsOf = async (servers: Cluster['servers']) =>
    owned.use(
      await openSteps({ elasticsearch: servers.elasticsearch.address, s3: servers.s3?.address ?? '' }),
    )
  const cluster = owned.use(
    await Cluster.start(folder, {
      ...{ proxied: false, archived: true, each: 1, apps: ['ingest', 'indexer', 'archiver', 'query'] },
      async settingsOf(app, servers) {
        const steps = await openStepsOf(servers)
        stepsOf.set(app, steps)
        return { ...steps.settings, HEARTWOOD_HOT_DAYS: String(HOT_DAYS.first) }
      },
    }),
  )
  console.log(`servers and one of each app run after ${seconds(began)} s`)
  try {
    await playAll(cluster, owned)
  } catch (error) {
    problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const printed = cluster.apps.map((one) => `== ${one.place.instance}\n${one.output()}`)
  await writeFile(join(folder, 'apps.log'), printed.join('\n'))
  console.log(
    `${rounds} rounds in ${seconds(began)} s: ${sums.kills} kills, ${sums.lists} lists, ${sums.lost} lost, ${sums.doubled} doubled`,
  )

  async function playAll(cluster: Cluster, owned: AsyncDisposableStack): Promise<void> {
    const { servers } = cluster
    const s3 = servers.s3?.address ?? ''
    const hot = owned.use(storedIds(servers.elasticsearch.address, 'logs-2*'))
    const cold = owned.use(await archivedIds(s3, folder))
    const tiers = owned.use(await openDayTiers(s3, servers.postgresUrl))
    const victim = (app: ClusterApp): Victim => {
      const [[process], steps] = [cluster.of(app), stepsOf.get(app)]
      if (process === undefined || steps === undefined) throw new Error(`no ${app} runs`)
      return { process, steps }
    }
    const [query, ingest] = [victim('query'), victim('ingest')]
    const events = new DayEvents(ingest.process.url, random)
    const asked = { url: query.process.url, token: cluster.settings.HEARTWOOD_INTERNAL_TOKEN ?? '' }
    let where = 'before the first round'
    let found = { lost: 0, doubled: 0 }
    for (const day of DAYS) await events.send(day, EVENTS_OF_A_DAY)
    await settled()
    const questions = owned.use(
      new Questions({ query: asked, events, random: randomPage, found: (faults) => note('a list', faults) }),
    )
    const place: DayCluster = {
      ...{ events, tiers, query, asked, questions, random },
      archiver: new Archiver(victim('archiver'), tiers, HOT_DAYS.first),
      indexer: victim('indexer'),
      restore: { settings: cluster.settings, steps: await openStepsOf(servers) },
      async hasIndex(day) {
        const index = `logs-${day.replaceAll('-', '.')}`
        return (await fetch(`${servers.elasticsearch.address}/${index}`, { method: 'HEAD' })).ok
      },
    }

    const steps = await undisturbed(place, settled)
    note('what was not disturbed', await judgeStores({ hot, cold, tiers, events }))
    console.log(`${DAYS.length} days of events lie in hot and cold after ${seconds(began)} s`)
    let deck: Kind[] = []
    for (let round = 1; round <= rounds && problems.length === 0; round++) {
      if (deck.length === 0) deck = shuffled(KINDS)
      const start = Date.now()
      const lists = questions.answered
      found = { lost: 0, doubled: 0 }
      await events.send(pick(random, DAYS), LATE_EVENTS)
      const { what, play } = await chosen(place, deck.shift() ?? 'delete')
      where = `round ${round} (${what})`
      const kills = await play({ kills: 1 + integer(random, MOST_KILLS), steps })
      const late = events.send(pick(random, DAYS), LATE_EVENTS)
      await late
      await settled()
      sums.kills += kills
      sums.lost += found.lost
      sums.doubled += found.doubled
      sums.lists += questions.answered - lists
      console.log(
        `round ${round}: ${what}: ${kills} kills, ${events.expected.length} events, ${found.lost} lost, ${found.doubled} doubled, ${questions.answered - lists} lists, ${seconds(start)} s`,
      )
      if (questions.answered === lists) problems.push(`${where}: nothing could be asked`)
    }
    where = 'at the end'
    if (problems.length === 0 && sums.kills === 0) problems.push('nobody was killed, so nothing was tried')
    if (problems.length === 0) await allDropped(place)
    await settled()

    /** When what was on its way has come or gone, or does not: held against the stores themselves. */
    async function settled(): Promise<void> {
      const stores = { hot, cold, tiers, events }
      const isSettled = async () =>
        isClean(await judgeStores(stores)) && (await isExact({ query: asked, events, random: randomPage }))
      // What is new has no shard for a moment.
      await comesTrue(() => isSettled().catch(() => false), problems.length === 0 ? SETTLE_MILLIS : 0)
      events.settle()
      note('the stores', await judgeStores(stores))
      note('a list', await judgedList({ query: asked, events, random: randomPage }))
    }

    function note(who: string, faults: Faults): void {
      if (isClean(faults)) return
      const { lost, doubled, foreign, others } = faults
      found.lost += lost.length
      found.doubled += doubled.length
      problems.push(
        `${where}, ${who}: lost ${lost.length} ${lost.slice(0, 5)} doubled ${doubled.length} ${doubled.slice(0, 5)} deleted or never sent ${foreign.length} ${foreign.slice(0, 5)} ${others.slice(0, 3).join('; ')}`,
      )
    }
  }
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
}
for (const problem of problems.slice(0, 20)) console.log(`PROBLEM: ${problem}`)
if (problems.length === 0) await rm(folder, { recursive: true, force: true })
else console.log(`what the servers and apps wrote is kept in ${folder} (seed ${seed})`)
process.exit(problems.length === 0 ? 0 : 1)

/** Each operation once without a kill, for how many steps it takes. */
async function undisturbed(place: DayCluster, settled: () => Promise<void>): Promise<Undisturbed> {
  const { archiver } = place
  archiver.hotDays = HOT_DAYS.later
  const [oldest, next] = [DAYS.at(-1) ?? '', DAYS.at(-2) ?? '']
  const retiring = counting(archiver.steps)
  await retire(place, next)
  if (!(await comesTrue(() => isDropped(place, oldest), DROP_MILLIS)))
    throw new Error(`${oldest} stays in hot`)
  const steps = { retire: retiring() }
  const restoring = counting(place.restore.steps)
  await restore(place, oldest)
  const deleting = {
    query: counting(place.query.steps),
    indexer: counting(place.indexer.steps),
    archiver: counting(archiver.steps),
  }
  const restored = restoring()
  await deleteShare(place, place.events.aShare())
  const ofDelete = {
    query: deleting.query(),
    indexer: deleting.indexer(),
    archiver: deleting.archiver(),
  }
  await settled()
  return { ...steps, restore: restored, delete: ofDelete }
}

/** What is done to which day or share; another kind where there is nothing to do for the one that is due. */
async function chosen(
  place: DayCluster,
  kind: Kind,
): Promise<{ what: string; play: (disturbance: Disturbance) => Promise<number> }> {
  const days = await Promise.all(
    DAYS.map(async (day) => ({
      day,
      tier: await place.tiers.tier(Date.parse(day)),
      isLent: await place.tiers.isLent(day),
    })),
  )
  const hot = days.filter(({ tier, isLent }) => tier === 'hot' && !isLent)
  switch (kind) {
    case 'retire': {
      // Some days always stay hot.
      const oldest = hot.length > 2 ? hot.slice(-1) : []
      const due = [...days.filter(({ isLent }) => isLent), ...oldest]
      if (due.length === 0) return chosen(place, 'restore')
      const { day } = pick(random, due)
      return { what: `retire ${day}`, play: (disturbance) => retire(place, day, disturbance) }
    }
    case 'restore': {
      const cold = days.filter(({ tier }) => tier === 'cold')
      if (cold.length === 0) return chosen(place, 'retire')
      const { day } = pick(random, cold)
      return { what: `restore ${day}`, play: (disturbance) => restore(place, day, disturbance) }
    }
    case 'delete': {
      const share = place.events.aShare()
      return { what: `delete ${share}`, play: (disturbance) => deleteShare(place, share, disturbance) }
    }
  }
}

/** What the archive answers leaves hot when nobody is in the way. */
async function allDropped(place: DayCluster): Promise<void> {
  await place.archiver.startAgain()
  const areDropped = async () => {
    for (const day of DAYS)
      if ((await place.tiers.tier(Date.parse(day))) === 'cold' && !(await isDropped(place, day))) return false
    return true
  }
  if (!(await comesTrue(areDropped, DROP_MILLIS)))
    problems.push('a day that the archive answers stays in hot')
}

function shuffled(kinds: readonly Kind[]): Kind[] {
  const left = [...kinds]
  return kinds.flatMap(() => left.splice(integer(random, left.length), 1))
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0)
}

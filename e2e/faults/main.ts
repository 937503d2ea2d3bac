import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seededRandom } from '../../bench/generator/random.ts'
import { freePorts } from '../free-ports.ts'
import { diskFullScenario } from './disk-full.ts'
import { FAULTS, type Fault } from './fault.ts'
import { countInFiles } from './files.ts'
import { Load } from './load.ts'
import { Subject } from './subject.ts'
import { deadLetterCount, type Verdict, verifyRound } from './verify.ts'

/**
 * Kills, tears and damages a real Heartwood under load, round by round, and after each round looks for every line
 * that was answered with a 2xx: found exactly once, or it is a failure.
 *   node e2e/faults/main.ts --rounds 200 [--seed N] [--only fault,fault]
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, seed: { type: 'string' }, only: { type: 'string' } },
})
const rounds = Number(values.rounds)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const random = seededRandom(seed)
const chosen =
  values.only === undefined ? FAULTS : FAULTS.filter((fault) => values.only?.split(',').includes(fault))
const dataDir = await mkdtemp(join(tmpdir(), 'heartwood-faults-'))
const run = `r${seed}`
console.log(`faults: ${rounds} rounds, seed ${seed}`)

let lost = 0
let doubled = 0
let ghosts = 0
let damagedLines = 0
/** By round, how many lines were damaged on purpose. */
const damagedIn = new Map<number, number>()
const problems: string[] = []
const subject = await Subject.start({ dataDir, ports: await freePorts() })
const load = new Load(run, { url: () => subject.ingestUrl, senders: 4 })
const began = Date.now()
try {
  for (let round = 1; round <= rounds; round++) {
    load.round = round
    const fault: Fault =
      chosen[round <= chosen.length ? round - 1 : Math.floor(random() * chosen.length)] ?? 'kill ingest'
    const deadBefore = await deadLetterCount(subject.webUrl)
    await subject.breakIt(fault, random)
    // Behind the fault some lines that surely come after it, then judge the round before.
    await load.acknowledgedPast(load.acknowledged + 100, 60_000)
    load.round = round + 1
    await load.roundSettled(round, 60_000)
    // A flipped bit may cost the one record it hit, which must then be in the dead letters.
    const tolerated = fault === 'flip a bit' ? 20 : 0
    const verdict = await verifyRound(() => subject.webUrl, run, round, load.of(round), tolerated)
    const deadNow = await deadLetterCount(subject.webUrl)
    const damaged = fault === 'flip a bit' && verdict.lost.length === 20 && deadNow > deadBefore ? 20 : 0
    damagedLines += damaged
    damagedIn.set(round, damaged)
    account(round, fault, verdict, damaged)
  }
  await load.stop()
  account(
    rounds + 1,
    'none',
    await verifyRound(() => subject.webUrl, run, rounds + 1, load.of(rounds + 1), 0),
    0,
  )
  problems.push(...load.problems.slice(0, 10))
  let inFiles = new Map<number, number>()
  let missing = Number.POSITIVE_INFINITY
  // A stop that runs out of its time, or of an indexer that another has taken over from, leaves the rest in the queue. The next
  // start takes it from there, and has read it when it is found again.
  for (let stops = 1; stops <= 3 && missing !== 0; stops++) {
    if (stops > 1) {
      await subject.startAgain()
      await allFound()
    }
    await subject.stop()
    inFiles = await countInFiles(join(dataDir, 'store'))
    missing = load.acknowledgedSerials().filter((serial) => !inFiles.has(serial)).length - damagedLines
  }
  const twice = [...inFiles.values()].filter((times) => times > 1).length
  if (missing !== 0) problems.push(`${missing} acknowledged lines are not in the files`)
  if (twice > 0) problems.push(`${twice} lines are in the files more than once`)
  console.log(
    `in the files: ${inFiles.size} distinct lines, ${missing} acknowledged ones missing, ${twice} twice`,
  )
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  console.log(subject.output().slice(-6000))
} finally {
  await subject.stop()
}
const diskFull = await diskFullScenario()
problems.push(...diskFull.problems)
console.log(diskFull.summary)
console.log(
  `${rounds} rounds in ${((Date.now() - began) / 1000).toFixed(0)} s, ${load.acknowledged} lines acknowledged, ${damagedLines} damaged on purpose and reported`,
)
console.log(`lost ${lost}, doubled ${doubled}, refused but found ${ghosts}`)
for (const problem of problems) console.log(`PROBLEM: ${problem}`)
const ok = problems.length === 0 && lost === 0 && doubled === 0 && ghosts === 0
if (ok) await rm(dataDir, { recursive: true, force: true })
else console.log(`the data folder is kept: ${dataDir} (seed ${seed})`)
process.exit(ok ? 0 : 1)

async function allFound(): Promise<void> {
  for (let round = 1; round <= rounds + 1; round++)
    await verifyRound(() => subject.webUrl, run, round, load.of(round), damagedIn.get(round) ?? 0)
}

function account(round: number, fault: string, verdict: Verdict, damaged: number): void {
  const missing = verdict.lost.length - damaged
  lost += missing
  doubled += verdict.doubled.length
  ghosts += verdict.ghosts.length
  const bad = missing + verdict.doubled.length + verdict.ghosts.length > 0
  if (bad) {
    problems.push(
      `round ${round} (${fault}): lost ${verdict.lost.slice(0, 5)} doubled ${verdict.doubled.slice(0, 5)} refused but found ${verdict.ghosts.slice(0, 5)}`,
    )
  }
  if (!bad && round % 20 !== 0 && rounds > 20) return
  const note = damaged > 0 ? `, ${damaged} in a damaged record, in the dead letters` : ''
  console.log(
    `round ${round}: ${fault}: ${verdict.acknowledged} acknowledged, ${missing} lost, ${verdict.doubled.length} doubled${note}`,
  )
}

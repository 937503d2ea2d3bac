import { setTimeout as delay } from 'node:timers/promises'
import { DeleteOutput } from '@heartwood/api'
import { pick } from '../../../../bench/generator/random.ts'
import { type AskedQuery, askQuery } from '../../../cluster/ask-query.ts'
import { daysSince } from '../../../cluster/days-ago.ts'
import { startCommand } from '../../../cluster/heartwood-command.ts'
import type { DayEvents } from './day-events.ts'
import type { DayTiers } from './day-tiers.ts'
import type { Questions } from './questions.ts'
import { STEPS_OF, type Steps, type StepsOf } from './steps.ts'
import { type Archiver, comesTrue, type StepCount, stepAmong, type Victim } from './victims.ts'

/** What an operation has to do with. */
export interface DayCluster {
  readonly events: DayEvents
  readonly tiers: DayTiers
  readonly archiver: Archiver
  readonly indexer: Victim
  readonly query: Victim
  readonly asked: AskedQuery
  /** What the command of a restore is given, and the steps that it takes. */
  readonly restore: { readonly settings: Readonly<Record<string, string>>; readonly steps: Steps }
  readonly questions: Pick<Questions, 'mayFail'>
  readonly random: () => number
  /** Whether hot has an index of a day. */
  hasIndex(day: string): Promise<boolean>
}

/** The apps that do something of a delete. */
export const DELETING = ['query', 'indexer', 'archiver'] as const
export type Deleting = (typeof DELETING)[number]

/** Which steps an app takes for a delete. */
const STEPS_OF_DELETE: Readonly<Record<Deleting, readonly StepsOf[]>> = {
  query: STEPS_OF,
  indexer: ['elasticsearch'],
  archiver: ['s3'],
}

/** What each operation takes that nobody disturbs: a random step of it is one of so many. */
export interface Undisturbed {
  readonly retire: StepCount
  readonly restore: StepCount
  readonly delete: Readonly<Record<Deleting, StepCount>>
}

/** How often somebody is killed at most, and at which steps. Without it nobody is. */
export interface Disturbance {
  readonly kills: number
  readonly steps: Undisturbed
}

/** An operation that does not come through in so many that nobody disturbs never will. */
const TRIES = 10
/** A look that was interrupted keeps the next one waiting for two minutes. */
const HAND_OVER_MILLIS = 240_000
/** Readers are given two minutes to leave a day that has moved. */
const DROP_MILLIS = 300_000
const AGAIN_MILLIS = 1_000

/** A day that hot answers moves to the archive: the oldest one, or one whose loan ends. Resolves to how often it was disturbed. */
export async function retire(place: DayCluster, day: string, disturbance?: Disturbance): Promise<number> {
  const { archiver, tiers } = place
  if (await tiers.isLent(day)) await tiers.endLoan(day)
  else archiver.hotDays = daysSince(day) - 1
  const isCold = async () => (await tiers.tier(Date.parse(day))) === 'cold'
  let kills = 0
  for (let tries = 0; tries < TRIES; ) {
    // In order, so that what is counted begins with its start.
    await archiver.process.stop()
    const kill = armed(archiver, disturbance, kills, (steps) =>
      stepAmong(steps.retire, ['elasticsearch'], place.random),
    )
    await archiver.startAgain()
    const refusals = archiver.refusals
    const isOver = async () => kill.happened || archiver.refusals > refusals || (await isCold())
    await comesTrue(isOver, HAND_OVER_MILLIS)
    // It may be meant for later, when hot drops the day.
    const isMeantForLater = kill.isWaiting && (await isCold())
    if (isMeantForLater)
      await comesTrue(async () => kill.happened || (await isDropped(place, day)), DROP_MILLIS)
    archiver.steps.disarm()
    if (kill.happened) kills++
    else tries++
    if (!(await isCold())) continue
    if (kill.happened) await archiver.startAgain()
    return kills
  }
  throw new Error(`${day} did not retire`)
}

/** Whether the archive alone has a day. */
export async function isDropped({ tiers, hasIndex }: DayCluster, day: string): Promise<boolean> {
  return (await tiers.tier(Date.parse(day))) === 'cold' && !(await hasIndex(day))
}

/** A day of the archive comes back to hot. Resolves to how often it was disturbed. */
export async function restore(place: DayCluster, day: string, disturbance?: Disturbance): Promise<number> {
  const { settings, steps } = place.restore
  let kills = 0
  let said = ''
  for (let tries = 0; tries < TRIES; ) {
    const command = startCommand({ ...settings, ...steps.settings }, 'restore', '--from', day)
    if (disturbance !== undefined && kills < disturbance.kills)
      void steps.killAt(stepAmong(disturbance.steps.restore, STEPS_OF, place.random), command.kill)
    const { code, err } = await command.ended
    steps.disarm()
    if (code === 0) return kills
    if (code === null) kills++
    else {
      tries++
      said = err
      await delay(AGAIN_MILLIS)
    }
  }
  throw new Error(`${day} was not restored: ${said}`)
}

/** A share of the events is deleted, of all days, wherever they are. Resolves to how often it was disturbed. */
export async function deleteShare(
  place: DayCluster,
  share: string,
  disturbance?: Disturbance,
): Promise<number> {
  const { events, asked, questions, random } = place
  const name = pick(random, DELETING)
  const victim = place[name]
  events.leave(share)
  let kills = 0
  let said = ''
  for (let tries = 0; tries < TRIES; ) {
    questions.mayFail = name === 'query'
    const kill = armed(victim, disturbance, kills, (steps) =>
      stepAmong(steps.delete[name], STEPS_OF_DELETE[name], random),
    )
    const body = JSON.stringify({ query: `share:${share}`, from_time: 'beginning', to_time: 'now' })
    const outcome = await askQuery(asked, 'delete', { method: 'POST', body }).then(
      (answer) => ({ isDone: true, said: DeleteOutput.parse(answer) }),
      (error: unknown) => ({ isDone: false, said: String(error) }),
    )
    victim.steps.disarm()
    if (kill.happened) {
      kills++
      await (name === 'archiver' ? place.archiver.startAgain() : startedAgain(victim))
    } else tries++
    questions.mayFail = false
    if (outcome.isDone) return kills
    said = String(outcome.said)
    await delay(AGAIN_MILLIS)
  }
  throw new Error(`${share} was not deleted: ${said}`)
}

async function startedAgain({ process }: Victim): Promise<void> {
  await process.kill()
  await process.start()
}

/** A kill that waits for its step, or none. */
function armed(
  { process, steps }: Victim,
  disturbance: Disturbance | undefined,
  kills: number,
  step: (of: Undisturbed) => Parameters<Steps['killAt']>[0],
): { readonly happened: boolean; readonly isWaiting: boolean } {
  if (disturbance === undefined || kills >= disturbance.kills) return { happened: false, isWaiting: false }
  const kill = { happened: false, isWaiting: true }
  void steps
    .killAt(step(disturbance.steps), () => process.signal('SIGKILL'))
    .then(() => {
      kill.happened = true
      kill.isWaiting = false
    })
  return kill
}

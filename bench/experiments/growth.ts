import { seededRandom } from '../generator/random.ts'
import type { Workload } from '../generator/workload.ts'
import { nowMicros } from '../measure/clock.ts'
import { requireRoom } from '../measure/disk.ts'
import type { LoadResult } from '../measure/load.ts'
import { settled } from '../measure/settled.ts'
import { Subject } from '../measure/subject.ts'
import { type Answered, answered, askAll } from '../questions/ask-all.ts'
import { askable } from '../questions/missing.ts'
import { QUESTIONS } from '../questions/questions.ts'
import { someRangeOf } from '../questions/ranges.ts'
import { growthRows } from '../report/growth-rows.ts'
import { whole } from '../report/table.ts'
import { fill, flatOut } from '../workloads.ts'
import type { Bench, Outcome } from './bench.ts'
import { type ColdStart, coldStart } from './cold-start.ts'
import { Filled } from './filled.ts'

export interface GrowthPlan {
  readonly workload: Workload
  /** Events of an hour: as many as there are at the first look, so that an hour is the same work at both. */
  readonly eventsPerHour: number
  readonly events: number
  /** Of the load whose rate and CPU are compared. */
  readonly ingestSeconds: number
  readonly repeats: number
}

/** What was measured with so much in the store. */
export interface Look {
  readonly events: number
  readonly segments: number
  readonly ingest: LoadResult
  readonly answers: readonly Answered[]
}

const HOUR_MICROS = 3_600_000_000
/** The first look has a little more than an hour to choose its hours from. */
const FIRST_HOURS = 1.1

/** Ingest and questions over an hour with little and with much in the store, and the start with much. */
export async function growth(plan: GrowthPlan, { cleaner, say }: Bench): Promise<Outcome> {
  requireRoom(plan.events)
  await using subject = await Subject.start(cleaner)
  using filled = new Filled(subject)
  const microsPerEvent = HOUR_MICROS / plan.eventsPerHour
  // The last of the hours ends before what is sent as of now.
  const startMicros = nowMicros() - plan.events * microsPerEvent - 2 * HOUR_MICROS
  const few = Math.ceil(plan.eventsPerHour * FIRST_HOURS)
  const looks: Look[] = []
  let next = startMicros
  for (const upTo of [few, plan.events]) {
    say(`filling up to ${whole(upTo)} events`)
    const sent = Math.round((next - startMicros) / microsPerEvent)
    const load = fill(plan.workload, upTo - sent, { startMicros: next, microsPerEvent })
    await filled.fillInParts(load, upTo - sent, PARTS)
    next = startMicros + upTo * microsPerEvent
    looks.push(await look(plan, filled, { from: startMicros, to: next }, say))
  }
  say('starting again')
  const cold = await coldStart(filled, { from: startMicros, to: next })
  return outcome(looks, cold, filled)
}

const PARTS = 4

async function look(
  plan: GrowthPlan,
  filled: Filled,
  hours: { readonly from: number; readonly to: number },
  say: Bench['say'],
): Promise<Look> {
  const { subject, ledger, rareWords } = filled
  say('waiting for merges')
  await settled(subject)
  const events = await subject.storedEvents()
  const segments = await subject.indexerMetric('segments')
  say('ingest')
  const ingest = await filled.run(flatOut(plan.workload, plan.ingestSeconds), true)
  say('questions')
  const { questions } = await askable(subject.webUrl, QUESTIONS)
  const random = seededRandom(3)
  const range = () => someRangeOf(HOUR_MICROS, hours, random)
  const asked = await askAll(subject.webUrl, questions, { random, ledger, rareWords }, range, plan.repeats)
  return { events, segments, ingest, answers: asked.map((one) => answered(one, ledger)) }
}

function outcome(looks: readonly Look[], cold: ColdStart, filled: Filled): Outcome {
  const [small, large] = looks
  if (small === undefined || large === undefined) throw new Error('growth needs two looks')
  return {
    sections: [
      {
        title: `From ${whole(small.events)} to ${whole(large.events)} events stored`,
        rows: growthRows(small, large),
      },
      { title: `Started again with ${whole(cold.events)} events stored`, rows: cold.rows },
    ],
    problems: [
      ...filled.problems,
      ...looks.flatMap(({ answers }) => answers.flatMap(({ problems }) => problems)),
      ...cold.problems,
    ],
  }
}

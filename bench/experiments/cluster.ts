import { archiving } from '../cluster/archiving.ts'
import { ClusterSubject } from '../cluster/cluster-subject.ts'
import { drain } from '../cluster/drain.ts'
import { profiledDrain } from '../cluster/profiled-drain.ts'
import { askAbout, fillForQuestions } from '../cluster/questions-beside.ts'
import type { Load, Workload } from '../generator/workload.ts'
import { nowMicros } from '../measure/clock.ts'
import { type Freshness, measureFreshness } from '../measure/freshness.ts'
import type { LoadResult } from '../measure/load.ts'
import { settled } from '../measure/settled.ts'
import { Subject } from '../measure/subject.ts'
import { plainWay } from '../plain-way/plain-way.ts'
import type { Answered } from '../questions/ask-all.ts'
import {
  archiveRows,
  besideRows,
  cpuRows,
  diskRow,
  drainRows,
  flatOutRow,
  freshnessRows,
  plainRows,
  wholeRow,
} from '../report/cluster-rows.ts'
import { whole } from '../report/table.ts'
import { fill } from '../workloads.ts'
import type { Bench, Outcome } from './bench.ts'
import { Filled } from './filled.ts'

export interface ClusterPlan {
  readonly workload: Workload
  /** For the questions; sent flat out, and the last quarter is measured. */
  readonly events: number
  readonly repeats: number
  /** How far the sender may be ahead of what can be searched. */
  readonly window: number
  /** Marked lines are looked for meanwhile. */
  readonly steady: readonly Load[]
  /** Sent while no indexer runs; no window bounds them. */
  readonly backlog: Load
  readonly profiled: Load
  readonly plainEvents: number
}

/** A load at a steady rate, and how fresh it was. */
export interface Steady {
  readonly load: LoadResult
  readonly freshness: Freshness
}

const HOUR_MICROS = 3_600_000_000

/** Real servers and two of each app: rates, CPU, freshness, a backlog, questions, and the plain way beside it. */
export async function cluster(plan: ClusterPlan, { cleaner, say }: Bench): Promise<Outcome> {
  say('starting Kafka, Elasticsearch, PostgreSQL and two of each app')
  await using subject = await ClusterSubject.start(cleaner)
  using filled = new Filled(subject)
  // Whatever comes by the clock later is not in the span of the questions.
  const calendar = {
    startMicros: nowMicros() - 2 * HOUR_MICROS,
    microsPerEvent: HOUR_MICROS / plan.events,
  }
  const load = fill(plan.workload, plan.events, calendar)
  const bounded = { ...load, pace: { ...load.pace, leastWindow: plan.window } }

  const problems: string[] = []
  /** What breaks off is a problem, and no reason to leave out what comes after it. */
  const part = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    say(what)
    try {
      return await work()
    } catch (error) {
      problems.push(`${what}: broken off: ${error instanceof Error ? error.message : error}`)
      return undefined
    }
  }

  say(`${whole(plan.events)} events flat out`)
  const flatOut = await fillForQuestions(filled, bounded, plan.events)
  const onElasticsearch = await part('questions on Elasticsearch', () => askAbout(filled, plan.repeats))
  const onSegments = await part('questions on segments', () => askedOnSegments(plan, load, cleaner))
  const steady: Steady[] = []
  for (const one of plan.steady) {
    const result = await part(one.workload.name, () => freshnessUnder(filled, one))
    if (result !== undefined) steady.push(result)
  }
  const drained = await part('a backlog', () => drain(subject, filled.generator, plan.backlog))
  const plain = await part('the plain way', () =>
    plainWay(subject, { workload: plan.workload, events: plan.plainEvents }),
  )
  const profile = await part('an indexer under the profiler', () =>
    profiledDrain(subject, filled.generator, plan.profiled, cleaner),
  )
  const isWhole = problems.length === 0
  const sent = filled.ledger.events + (drained?.events ?? 0) + (profile?.events ?? 0)
  const archived = isWhole ? await part('an archiver', () => archiving(subject, sent)) : undefined
  const storedBytes = await part('merging in Elasticsearch', () => subject.storedBytes())
  const [stored, letters] = [await subject.storedEvents(), await subject.deadLetters()]
  const asked = [...(onElasticsearch ?? []), ...(onSegments?.answers ?? [])]
  return {
    sections: [
      {
        title: 'Events per second through Kafka into Elasticsearch',
        rows: [flatOutRow(flatOut), ...(drained === undefined ? [] : drainRows(drained))],
      },
      { title: 'CPU per event', rows: cpuRows(flatOut, drained) },
      ...(plain === undefined
        ? []
        : [{ title: 'The plain way beside ours', rows: plainRows(plain, flatOut, drained) }]),
      { title: 'From the 2xx until it is found and shown', rows: steady.flatMap(freshnessRows) },
      {
        title: `Questions over ${whole(plan.events)} events, Elasticsearch and segments, warm`,
        rows: besideRows(onElasticsearch ?? [], onSegments?.answers ?? []),
      },
      {
        title: 'Where the CPU of an indexer goes, microseconds an event, under the profiler',
        rows: profile?.rows ?? [],
      },
      ...(archived === undefined ? [] : [{ title: 'Into the archive as well', rows: archiveRows(archived) }]),
      ...(storedBytes === undefined
        ? []
        : [{ title: 'On disk in Elasticsearch', rows: [diskRow(storedBytes, stored, plan.workload.bytes)] }]),
      ...(isWhole
        ? [{ title: 'Nothing lost, nothing doubled', rows: [wholeRow(sent, stored, letters)] }]
        : []),
    ],
    problems: [
      ...problems,
      ...filled.problems,
      ...(onSegments?.problems ?? []),
      ...steady.flatMap(({ freshness }) => freshness.problems),
      ...(drained?.problems ?? []),
      ...(archived?.problems ?? []),
      ...asked.flatMap((one) => one.problems),
      ...(isWhole && sent !== stored ? [`${sent} events were accepted, ${stored} are in Elasticsearch`] : []),
      ...(letters === 0 ? [] : [`${letters} dead letters`]),
    ],
  }
}

async function askedOnSegments(
  plan: ClusterPlan,
  load: Load,
  cleaner: Bench['cleaner'],
): Promise<{ readonly answers: readonly Answered[]; readonly problems: readonly string[] }> {
  await using subject = await Subject.start(cleaner)
  using filled = new Filled(subject)
  await fillForQuestions(filled, load, plan.events)
  await settled(subject)
  const answers = await askAbout(filled, plan.repeats)
  return { answers, problems: filled.problems }
}

async function freshnessUnder(filled: Filled<ClusterSubject>, load: Load): Promise<Steady> {
  const ending = new AbortController()
  const measuring = measureFreshness(filled.subject, ending.signal)
  // What fails of it is thrown where it is waited for.
  measuring.catch(() => undefined)
  const result = await filled.run(load, false).finally(() => ending.abort())
  const freshness = await measuring
  filled.ledger.addSingles(freshness.sent)
  return { load: result, freshness }
}

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '../generator/random.ts'
import type { Load } from '../generator/workload.ts'
import { monotonicMicros } from '../measure/clock.ts'
import { readProfiles } from '../measure/cpu-profile.ts'
import { perEvent, threads } from '../measure/load.ts'
import { settled } from '../measure/settled.ts'
import { Subject } from '../measure/subject.ts'
import { answered, askAll, WARM_UPS } from '../questions/ask-all.ts'
import { askable } from '../questions/missing.ts'
import { QUESTIONS } from '../questions/questions.ts'
import { someRange } from '../questions/ranges.ts'
import { type ProfiledQuestion, questionStageRows, stageRows } from '../report/stage-rows.ts'
import type { Section } from '../report/table.ts'
import type { Bench, Outcome } from './bench.ts'
import { Filled } from './filled.ts'

export interface StagesPlan {
  readonly fill: Load
  readonly events: number
  /** How often each question is asked. */
  readonly repeats: number
}

/** The last of them is what is looked at. */
const PARTS = 3

const INGESTING = ['ingest', 'indexer'] as const
const ANSWERING = ['query', 'web'] as const

/**
 * Where the CPU goes, for ingest and for questions, in a Heartwood of its own that runs under V8's profiler, worker threads
 * included. The profiler costs something, so its totals are not the figures.
 */
export async function stages(plan: StagesPlan, { cleaner, say }: Bench): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'heartwood-profile-'))
  cleaner.folder(folder)
  await using subject = await Subject.start(cleaner, {
    NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}`,
  })
  using filled = new Filled(subject)
  const pids = subject.pids()
  say('ingest under the profiler')
  const load = await filled.fillInParts(plan.fill, plan.events, PARTS)
  say('waiting for merges')
  await settled(subject)
  say('questions under the profiler')
  const profiled = await profileQuestions(filled, plan.repeats)
  await subject.stop()
  const profilesOf = (app: string) => readProfiles(folder, pids.get(app) ?? 0)
  const sections: Section[] = INGESTING.map((app) => ({
    title: `Where the CPU of ${app} goes, microseconds an event, under the profiler`,
    rows: stageRows(profilesOf(app), load.window, load.threadMicros.get(app) ?? new Map(), {
      process: load.cpuMicros.get(app) ?? 0,
    }),
  }))
  const query = profilesOf('query')
  return {
    sections: [
      ...sections,
      {
        title: 'Where the time of a question goes, milliseconds, under the profiler',
        rows: profiled.map((question) => questionStageRows(question, query)),
      },
    ],
    problems: [...filled.problems, ...profiled.flatMap(({ answers }) => answers.problems)],
  }
}

async function profileQuestions(
  { subject, ledger, rareWords }: Filled,
  repeats: number,
): Promise<ProfiledQuestion[]> {
  const random = seededRandom(5)
  const span = ledger.span()
  const profiled: ProfiledQuestion[] = []
  const { questions } = await askable(subject.webUrl, QUESTIONS)
  for (const question of questions) {
    const before = threads(subject)
    const from = monotonicMicros()
    const range = () => someRange(span, random)
    const [asked] = await askAll(subject.webUrl, [question], { random, ledger, rareWords }, range, repeats)
    if (asked === undefined) continue
    profiled.push({
      answers: answered(asked, ledger),
      window: { from, to: monotonicMicros() },
      threadMicros: new Map(
        [...perEvent(before, threads(subject), repeats + WARM_UPS)].filter(([app]) =>
          ANSWERING.some((one) => one === app),
        ),
      ),
    })
  }
  return profiled
}

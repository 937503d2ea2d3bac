import { seededRandom } from '../generator/random.ts'
import type { Load } from '../generator/workload.ts'
import { nowMicros } from '../measure/clock.ts'
import { requireRoom } from '../measure/disk.ts'
import { settled } from '../measure/settled.ts'
import { Subject } from '../measure/subject.ts'
import { answered, askAll, askWhile } from '../questions/ask-all.ts'
import { askable } from '../questions/missing.ts'
import type { Asked } from '../questions/question.ts'
import { QUESTIONS } from '../questions/questions.ts'
import { someRange } from '../questions/ranges.ts'
import { questionRows } from '../report/question-rows.ts'
import { whole } from '../report/table.ts'
import type { Bench, Outcome } from './bench.ts'
import { Filled } from './filled.ts'

export interface QuestionsPlan {
  readonly fill: Load
  readonly events: number
  /** How often each question is asked while nothing arrives. */
  readonly repeats: number
  /** What arrives while the questions are asked again. */
  readonly live: Load
}

const PARTS = 4
/** What arrives is asked about when it is so old: by then it has to be searchable. */
const ARRIVED_MICROS = 2_000_000

/** The questions over many events, first while nothing arrives and then while something does. */
export async function questions(plan: QuestionsPlan, { cleaner, say }: Bench): Promise<Outcome> {
  requireRoom(plan.events)
  await using subject = await Subject.start(cleaner)
  using filled = new Filled(subject)
  const { ledger, rareWords } = filled
  say(`filling up to ${whole(plan.events)} events`)
  await filled.fillInParts(plan.fill, plan.events, PARTS)
  say('waiting for merges')
  await settled(subject)
  const random = seededRandom(1)
  const choices = { random, ledger, rareWords }
  const stored = ledger.events
  const span = ledger.span()
  const segments = await subject.indexerMetric('segments')
  const { questions: asking, missing } = await askable(subject.webUrl, QUESTIONS)
  say('questions')
  const quiet = await askAll(subject.webUrl, asking, choices, () => someRange(span, random), plan.repeats)
  const quietAnswers = quiet.map((asked) => answered(asked, ledger))

  say('questions while events arrive')
  let arriving = true
  const running = filled.run(plan.live, false).finally(() => {
    arriving = false
  })
  // What fails of it is thrown where it is waited for.
  running.catch(() => undefined)
  // Half of the ranges end just before now, so that what has just arrived is part of them.
  const liveRange = () => {
    const to = random() < 0.5 ? nowMicros() - ARRIVED_MICROS : span.to
    return someRange({ from: span.from, to }, random)
  }
  const live = await askWhile(() => arriving, subject.webUrl, asking, choices, liveRange)
  const { events, report, lag } = await running
  const wasSearchable = ({ at, range }: Asked) =>
    range.to <= span.to || lag.millisAt(at / 1_000) < ARRIVED_MICROS / 2_000
  const liveAnswers = live.map((asked) => answered(asked, ledger, wasSearchable))
  return {
    sections: [
      {
        title: `Questions over ${whole(stored)} events in ${segments} segments, warm`,
        rows: [...questionRows(quietAnswers), ...missing],
      },
      {
        title: `The same while ${whole(events / report.seconds)} events/s arrive`,
        rows: [...questionRows(liveAnswers), ...missing],
      },
    ],
    problems: [
      ...filled.problems,
      ...quietAnswers.flatMap(({ problems }) => problems),
      ...liveAnswers.flatMap(({ problems }) => problems.map((problem) => `while events arrive: ${problem}`)),
    ],
  }
}

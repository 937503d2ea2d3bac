import { seededRandom } from '../generator/random.ts'
import type { Workload } from '../generator/workload.ts'
import { nowMicros } from '../measure/clock.ts'
import { settled } from '../measure/settled.ts'
import { Subject } from '../measure/subject.ts'
import { answered, askAll } from '../questions/ask-all.ts'
import { askable } from '../questions/missing.ts'
import { QUESTIONS } from '../questions/questions.ts'
import { someRange } from '../questions/ranges.ts'
import { questionRows } from '../report/question-rows.ts'
import { whole } from '../report/table.ts'
import { fill } from '../workloads.ts'
import type { Bench, Outcome } from './bench.ts'
import { Filled } from './filled.ts'

export interface SegmentsPlan {
  readonly workload: Workload
  readonly events: number
  /** Segments are cut by day, so there are at least as many. */
  readonly days: number
  readonly repeats: number
}

const DAY_MICROS = 86_400_000_000

/** The questions over many segments. */
export async function segments(plan: SegmentsPlan, { cleaner, say }: Bench): Promise<Outcome> {
  await using subject = await Subject.start(cleaner, { HEARTWOOD_RETENTION_DAYS: String(plan.days + 30) })
  using filled = new Filled(subject)
  const { ledger, rareWords } = filled
  say(`${whole(plan.events)} events over ${plan.days} days`)
  const calendar = {
    startMicros: nowMicros() - (plan.days + 1) * DAY_MICROS,
    microsPerEvent: (plan.days * DAY_MICROS) / plan.events,
  }
  await filled.fillInParts(fill(plan.workload, plan.events, calendar), plan.events, PARTS)
  say('waiting for merges')
  await settled(subject)
  const count = await subject.indexerMetric('segments')
  const random = seededRandom(2)
  const span = ledger.span()
  const { questions: asking, missing } = await askable(subject.webUrl, QUESTIONS)
  say(`questions over ${count} segments`)
  const asked = await askAll(
    subject.webUrl,
    asking,
    { random, ledger, rareWords },
    () => someRange(span, random),
    plan.repeats,
  )
  const answers = asked.map((one) => answered(one, ledger))
  return {
    sections: [
      {
        title: `Questions over ${whole(count)} segments, ${whole(ledger.events)} events over ${plan.days} days, warm`,
        rows: [...questionRows(answers), ...missing],
      },
    ],
    problems: [
      ...filled.problems,
      ...answers.flatMap(({ problems }) => problems),
      ...(count < plan.days ? [`only ${count} segments for ${plan.days} days`] : []),
    ],
  }
}

const PARTS = 3

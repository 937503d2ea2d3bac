import type { Ledger, Range } from '../expected/ledger.ts'
import { median } from '../measure/percentiles.ts'
import { ask } from './ask.ts'
import { wrongWith } from './check.ts'
import type { Asked, Choices, Instance, Question, Read } from './question.ts'

export interface AskedQuestion {
  readonly question: Question
  readonly asked: readonly Asked[]
  /** Askings without an answer, one sentence each. */
  readonly failures: readonly string[]
}

/** The first askings of a question are not timed. */
export const WARM_UPS = 2

/** Asks each question several times in a row, each time about something else in another range. */
export async function askAll(
  webUrl: string,
  questions: readonly Question[],
  choices: Choices,
  range: () => Range,
  repeats: number,
): Promise<AskedQuestion[]> {
  const all: AskedQuestion[] = []
  for (const question of questions) {
    const asked: Asked[] = []
    const failures: string[] = []
    for (let n = -WARM_UPS; n < repeats; n++) {
      const answer = await askOrNote(webUrl, question.instance(choices), range(), failures)
      if (n >= 0 && answer !== undefined) asked.push(answer)
    }
    all.push({ question, asked, failures })
  }
  return all
}

/** Asks one question after the other, round after round, for as long as `goesOn`; the first round is not timed. */
export async function askWhile(
  goesOn: () => boolean,
  webUrl: string,
  questions: readonly Question[],
  choices: Choices,
  range: () => Range,
): Promise<AskedQuestion[]> {
  const all = questions.map((question) => ({
    question,
    asked: [] as Asked[],
    failures: [] as string[],
  }))
  for (let round = 0; goesOn(); round++)
    for (const { question, asked, failures } of all) {
      const answer = await askOrNote(webUrl, question.instance(choices), range(), failures)
      if (round > 0 && goesOn() && answer !== undefined) asked.push(answer)
    }
  return all
}

/** A question that is not answered is a problem, and no reason to leave out the others. */
async function askOrNote(
  webUrl: string,
  instance: Instance,
  range: Range,
  failures: string[],
): Promise<Asked | undefined> {
  try {
    return await ask(webUrl, instance, range)
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error))
    return undefined
  }
}

export interface Answered {
  readonly question: Question
  readonly medianMillis: number
  readonly worstMillis: number
  /** The median of what the server says it took. */
  readonly tookMillis: number
  /** The middle of what the server says it looked at, by bytes; undefined where it does not say. */
  readonly read: Read | undefined
  readonly asked: number
  readonly checked: number
  readonly problems: readonly string[]
}

/**
 * The times of a question and what was wrong with its answers, each checked against what was sent.
 * @param canCheck whether what the ledger has of a range was searchable when it was asked about
 */
export function answered(
  { question, asked, failures }: AskedQuestion,
  ledger: Ledger,
  canCheck: (asked: Asked) => boolean = () => true,
): Answered {
  const times = asked.map(({ millis }) => millis)
  const checkable = asked.filter(canCheck)
  return {
    question,
    medianMillis: median(times),
    worstMillis: Math.max(...times),
    tookMillis: median(asked.map(({ tookMillis }) => tookMillis)),
    read: asked
      .flatMap(({ read }) => read ?? [])
      .toSorted((a, b) => a.bytes - b.bytes)
      .at(asked.length >> 1),
    asked: asked.length,
    checked: checkable.length,
    problems: [...failures, ...checkable.flatMap((one) => wrongWith(one, ledger) ?? [])].map(
      (problem) => `${question.name}: ${problem}`,
    ),
  }
}

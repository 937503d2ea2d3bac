import type { Filled } from '../experiments/filled.ts'
import { seededRandom } from '../generator/random.ts'
import type { Load } from '../generator/workload.ts'
import { indexedAtLeast, type LoadResult } from '../measure/load.ts'
import type { Target } from '../measure/target.ts'
import { type Answered, answered, askAll } from '../questions/ask-all.ts'
import { askable } from '../questions/missing.ts'
import { QUESTIONS } from '../questions/questions.ts'
import { someRange } from '../questions/ranges.ts'

/** Rare words come between them; the last is what is measured: a new process takes several times the CPU for its first events. */
const PARTS = 4

/**
 * Fills a new store with events by a calendar, so that two stores have the same events but for their trace ids; resolves when
 * all can be found.
 */
export async function fillForQuestions<T extends Target>(
  filled: Filled<T>,
  load: Load,
  events: number,
): Promise<LoadResult> {
  const last = await filled.fillInParts(load, events, PARTS)
  // The rare words came in requests of their own.
  await indexedAtLeast(filled.subject, filled.ledger.events)
  return last
}

/** Asks all questions of what was filled in; with the same seed each store is asked the same. */
export async function askAbout<T extends Target>(
  { subject, ledger, rareWords }: Filled<T>,
  repeats: number,
): Promise<readonly Answered[]> {
  const random = seededRandom(6)
  const span = ledger.span()
  const { questions } = await askable(subject.webUrl, QUESTIONS)
  const range = () => someRange(span, random)
  const asked = await askAll(subject.webUrl, questions, { random, ledger, rareWords }, range, repeats)
  return asked.map((one) => answered(one, ledger))
}

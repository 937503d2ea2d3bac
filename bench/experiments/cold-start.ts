import { join } from 'node:path'
import type { Range } from '../expected/ledger.ts'
import { seededRandom } from '../generator/random.ts'
import { dropCache } from '../measure/disk.ts'
import { ask } from '../questions/ask.ts'
import { wrongWith } from '../questions/check.ts'
import { QUESTIONS } from '../questions/questions.ts'
import { someRangeOf } from '../questions/ranges.ts'
import type { Row } from '../report/table.ts'
import type { Filled } from './filled.ts'

export interface ColdStart {
  readonly events: number
  readonly rows: readonly Row[]
  readonly problems: readonly string[]
}

const GOAL_MILLIS = 2_000
const HOUR_MICROS = 3_600_000_000
/** Each of them is once the first after a start. */
const FIRST = ['histogram by level', 'latest 100 of a service with level error', 'one rare word']

/** Stops and starts, with the store's files out of the page cache, and asks one question; for several questions. */
export async function coldStart({ subject, ledger, rareWords }: Filled, hours: Range): Promise<ColdStart> {
  const random = seededRandom(4)
  const events = ledger.events
  const rows: Row[] = []
  const problems: string[] = []
  for (const name of FIRST) {
    const question = QUESTIONS.find((one) => one.name === name)
    if (question === undefined) throw new Error(`no question is called ${name}`)
    await subject.stop()
    const isDropped = dropCache(join(subject.dataDir, 'store'))
    const begun = performance.now()
    await subject.startAgain()
    const ready = performance.now()
    const range = name === 'one rare word' ? hours : someRangeOf(HOUR_MICROS, hours, random)
    const asked = await ask(subject.webUrl, question.instance({ random, ledger, rareWords }), range)
    const wrong = wrongWith(asked, ledger)
    if (wrong !== undefined) problems.push(`first question, ${name}: ${wrong}`)
    rows.push({
      figure: `first question: ${name}, ${name === 'one rare word' ? 'over everything' : 'an hour'}`,
      measured: `${asked.millis.toFixed(0)} ms`,
      goal: `${GOAL_MILLIS / 1_000} s`,
      met: asked.millis <= GOAL_MILLIS && wrong === undefined,
      note: `ready ${((ready - begun) / 1_000).toFixed(1)} s after the start; ${isDropped ? 'no file of the store in the page cache' : 'files of the store may be in the page cache'}`,
    })
  }
  return { events, rows, problems }
}

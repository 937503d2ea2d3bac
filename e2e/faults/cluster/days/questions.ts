import { setTimeout as delay } from 'node:timers/promises'
import { SearchOutput } from '@heartwood/api'
import { integer } from '../../../../bench/generator/random.ts'
import { AnsweredError, type AskedQuery, askQuery } from '../../../cluster/ask-query.ts'
import type { DayEvents, EventState } from './day-events.ts'

/** What is wrong with an answer. */
export interface Faults {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Events that were deleted, or that nobody sent. */
  readonly foreign: readonly string[]
  /** What else, one sentence each. */
  readonly others: readonly string[]
}

export interface QuestionsOptions {
  readonly query: AskedQuery
  readonly events: DayEvents
  readonly random: () => number
  readonly found: (faults: Faults) => void
}

const PAUSE_MILLIS = 150
/** Pages are of so many logs at least, and of twice as many at most. */
const PAGE = 150

/** Asks for the total and for all logs, page by page, again and again until it is closed, and holds each answer against what was sent. */
export class Questions implements AsyncDisposable {
  /** Whole lists so far. */
  answered = 0
  /** Whether the query app is ended meanwhile: then it may give no answer. */
  mayFail = false
  readonly #options: QuestionsOptions
  readonly #asking: Promise<void>
  #isOver = false

  constructor(options: QuestionsOptions) {
    this.#options = options
    this.#asking = this.#ask()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    await this.#asking
  }

  async #ask(): Promise<void> {
    while (!this.#isOver) {
      const mayFail = this.mayFail
      try {
        this.#options.found(await judgedList(this.#options))
        this.answered++
      } catch (error) {
        const isQuiet = mayFail || this.mayFail
        if (!isQuiet)
          this.#options.found({
            ...{ lost: [], doubled: [], foreign: [] },
            others: [error instanceof Error ? String(error.cause ?? error.message) : String(error)],
          })
      }
      await delay(PAUSE_MILLIS)
    }
  }
}

/** One list of everything, and what is wrong with it. */
export async function judgedList(options: Omit<QuestionsOptions, 'found'>): Promise<Faults> {
  const { query, events, random } = options
  const before = statesOf(events)
  const list = await listAll(query, PAGE + integer(random, PAGE))
  await events.settled()
  return judgeList(events, before, list)
}

export type StatesBefore = ReadonlyMap<string, EventState>

/** What is known of each event before a question is asked. */
export function statesOf(events: DayEvents): StatesBefore {
  return new Map(events.all.map(({ id, state }) => [id, state]))
}

/** Everything, as one list and one count of it say. */
export interface ListOfAll {
  readonly total: number
  readonly ids: readonly string[]
  /** What the answers say that they lack. */
  readonly lacks: readonly string[]
}

/** Holds a list against what was known when it was asked for, and is known now that it is here. */
export function judgeList(events: DayEvents, before: StatesBefore, { total, ids, lacks }: ListOfAll): Faults {
  const times = new Map<string, number>()
  for (const id of ids) times.set(id, (times.get(id) ?? 0) + 1)
  const lost: string[] = []
  const foreign = [...times.keys()].filter((id) => events.get(id) === undefined)
  const count = { least: 0, most: 0 }
  for (const event of events.all) {
    const asked = before.get(event.id) ?? 'arriving'
    const isThere = times.has(event.id)
    const mustBe = asked === 'there' && event.state === 'there'
    if (mustBe) count.least++
    if (asked !== 'gone') count.most++
    if (mustBe && !isThere) lost.push(event.id)
    if (asked === 'gone' && isThere) foreign.push(event.id)
    // What somebody has seen once does not vanish again.
    if (event.state === 'arriving' && isThere) event.state = 'there'
  }
  const others = [...lacks]
  if (total < count.least || total > count.most)
    others.push(`a total of ${total}, and there are ${count.least} to ${count.most}`)
  return { lost, doubled: [...times].filter(([, n]) => n > 1).map(([id]) => id), foreign, others }
}

/** Whether the app answers with what was sent and not deleted, each event once, and counts as many. */
export async function isExact({ query, events, random }: Omit<QuestionsOptions, 'found'>): Promise<boolean> {
  const { total, ids, lacks } = await listAll(query, PAGE + integer(random, PAGE))
  const expected = new Set(events.expected.map(({ id }) => id))
  const isSame = ids.length === expected.size && ids.every((id) => expected.has(id))
  return isSame && new Set(ids).size === ids.length && total === expected.size && lacks.length === 0
}

async function listAll(query: AskedQuery, limit: number): Promise<ListOfAll> {
  const ids: string[] = []
  const lacks: string[] = []
  const range = 'from_time=beginning&to_time=now'
  let total: number | undefined
  let cursor: string | null = null
  do {
    const where = cursor === null ? 'total=exact' : `total=none&cursor=${encodeURIComponent(cursor)}`
    const answer: unknown = await unhurried(query, `search?${range}&limit=${limit}&${where}`)
    const page: SearchOutput = SearchOutput.parse(answer)
    total ??= page.total
    for (const { reason } of page.read.missing ?? []) lacks.push(`an answer lacks something: ${reason}`)
    ids.push(...page.logs.map(({ id }) => id))
    cursor = page.next_cursor
  } while (cursor !== null)
  return { total, ids, lacks }
}

/** Asks again where the app has as many questions as it takes at once. */
async function unhurried(query: AskedQuery, path: string): Promise<unknown> {
  for (;;) {
    try {
      return await askQuery(query, path)
    } catch (error) {
      if (!(error instanceof AnsweredError && error.status === 429)) throw error
      await delay(PAUSE_MILLIS)
    }
  }
}

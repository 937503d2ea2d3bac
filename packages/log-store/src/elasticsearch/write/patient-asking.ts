import { setTimeout as pause } from 'node:timers/promises'
import { LogStoreError } from '../../port.ts'
import { type ElasticsearchConnection, isPassing, type Question, saidBy } from '../connection.ts'
import { BACKOFF, backoffMillis } from './backoff.ts'
import type { Obstacles } from './obstacles.ts'

export interface Patience {
  readonly connection: ElasticsearchConnection
  readonly random: () => number
  /** Milliseconds after which it is given up with LogStoreError `timeout`; without it never. */
  readonly millis?: number
  readonly signal: AbortSignal
  /** Where it says why it has no answer yet. */
  readonly obstacles: Obstacles<Question>
}

/**
 * Asks until there is an answer: while Elasticsearch is away, slow or full, it asks again. Only for what may be asked twice.
 * Throws what will be the same next time, the reason of the signal, and `timeout`.
 * @param lacks why an answer is none yet, where shards that it should come from are away; undefined where it is one
 */
export async function askPatiently(
  { connection, random, millis = Number.POSITIVE_INFINITY, signal, obstacles }: Patience,
  question: Question,
  lacks: (answer: unknown) => string | undefined = () => undefined,
): Promise<unknown> {
  const deadline = performance.now() + millis
  const asked = { ...question, signal }
  try {
    for (let failed = 1; ; failed++) {
      try {
        signal.throwIfAborted()
        const answer = await connection.ask(asked)
        const lack = lacks(answer)
        if (lack !== undefined) throw new PartialAnswer(lack)
        return answer
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof PartialAnswer) && !isPassing(error)) throw error
        obstacles.met(asked, saidBy(error))
        const wait = backoffMillis(BACKOFF, failed, random())
        if (performance.now() + wait > deadline)
          throw new LogStoreError('timeout', saidBy(error), { cause: error })
        await pause(wait, undefined, { signal }).catch(() => undefined)
      }
    }
  } finally {
    obstacles.passed(asked)
  }
}

/** Elasticsearch answered, but not of everything it was asked about. */
class PartialAnswer extends Error {}

import { setTimeout as pause } from 'node:timers/promises'
import { LogStoreError } from '../../port.ts'
import { type ElasticsearchConnection, isPassing, type Question, saidBy } from '../connection.ts'
import { BACKOFF, backoffMillis } from './backoff.ts'

export interface Patience {
  readonly connection: ElasticsearchConnection
  readonly random: () => number
  /** Milliseconds after which it is given up with LogStoreError `timeout`; without it never. */
  readonly millis?: number
  readonly signal: AbortSignal
  /** Told why there is no answer, and with undefined that there is one. */
  readonly troubled: (reason: string | undefined) => void
}

/**
 * Asks until there is an answer: while Elasticsearch is away, slow or full, it asks again. Only for what may be asked twice.
 * Throws what will be the same next time, the reason of the signal, and `timeout`.
 * @param lacks why an answer is none yet, where shards that it should come from are away; undefined where it is one
 */
export async function askPatiently(
  { connection, random, millis = Number.POSITIVE_INFINITY, signal, troubled }: Patience,
  question: Question,
  lacks: (answer: unknown) => string | undefined = () => undefined,
): Promise<unknown> {
  const deadline = performance.now() + millis
  for (let failed = 1; ; failed++) {
    try {
      signal.throwIfAborted()
      const answer = await connection.ask({ ...question, signal })
      const lack = lacks(answer)
      if (lack !== undefined) throw new PartialAnswer(lack)
      troubled(undefined)
      return answer
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof PartialAnswer) && !isPassing(error)) throw error
      troubled(saidBy(error))
      const wait = backoffMillis(BACKOFF, failed, random())
      if (performance.now() + wait > deadline)
        throw new LogStoreError('timeout', saidBy(error), { cause: error })
      await pause(wait, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** Elasticsearch answered, but not of everything it was asked about. */
class PartialAnswer extends Error {}

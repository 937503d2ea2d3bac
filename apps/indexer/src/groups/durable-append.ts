import { setTimeout as pause } from 'node:timers/promises'
import { reasonOf } from '@heartwood/indexing'
import { type Lock, type LogAppender, LogStoreError } from '@heartwood/log-store'
import { type AsideParts, putAside } from './put-aside.ts'
import { appendOf, endOf, freeEvents, halvesOf, type ReadBatch } from './read-batch.ts'

export interface AppendParts extends AsideParts {
  readonly appender: Pick<LogAppender, 'append' | 'check'>
  /** Commits of a thread take turns: each joins its rows and encodes them, which takes as much memory again. */
  readonly turns: Lock
  /** Told why commits do not get through, and with undefined that they do again. */
  readonly waiting: (reason: string | undefined) => void
  readonly retryMillis: { readonly first: number; readonly most: number }
}

/**
 * Commits batches behind `from`, however long it takes: on a full disk and on errors of the file system it waits and
 * tries again, and nothing is lost meanwhile, for the queue keeps it. What makes the store throw for its content is put
 * aside: the records are committed in halves until one is alone, and the events of it that the store refuses become dead
 * letters. Gives what was committed.
 * Throws `superseded`, `position_gap` and `closed`; when `signal` aborts it is not tried again, and its reason is thrown.
 */
export async function appendDurably(
  parts: AppendParts,
  partition: number,
  from: bigint | null,
  batches: readonly ReadBatch[],
  signal: AbortSignal,
): Promise<readonly ReadBatch[]> {
  let delay = parts.retryMillis.first
  for (;;) {
    try {
      await parts.turns.run(async () => {
        const append = appendOf(partition, from, batches)
        await parts.appender.append(append).finally(() => freeEvents(append.events, batches))
      })
      parts.waiting(undefined)
      return batches
    } catch (error) {
      if (isForCaller(error)) throw error
      if (isOfContent(error)) {
        const halves = halvesOf(batches)
        if (halves !== undefined) return appendHalves(parts, partition, from, halves, signal)
        const [only] = batches
        const left = only && (await putAside(parts, partition, from, only, reasonOf(error), signal))
        if (left !== undefined) return appendDurably(parts, partition, from, [left], signal)
      }
      parts.waiting(`cannot store: ${reasonOf(error)}`)
      await pause(delay, undefined, { signal })
      delay = Math.min(parts.retryMillis.most, delay * 2)
    }
  }
}

async function appendHalves(
  parts: AppendParts,
  partition: number,
  from: bigint | null,
  [first, second]: readonly [readonly ReadBatch[], readonly ReadBatch[]],
  signal: AbortSignal,
): Promise<readonly ReadBatch[]> {
  return [
    ...(await appendDurably(parts, partition, from, first, signal)),
    ...(await appendDurably(parts, partition, endOf(first), second, signal)),
  ]
}

function isForCaller(error: unknown): boolean {
  return (
    error instanceof LogStoreError &&
    (error.code === 'superseded' || error.code === 'position_gap' || error.code === 'closed')
  )
}

/** An error that is neither the store's own nor the operating system's: the same events would bring it about again. */
function isOfContent(error: unknown): boolean {
  return !(error instanceof LogStoreError) && !(error instanceof Error && 'code' in error)
}

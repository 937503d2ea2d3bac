import { setTimeout as pause } from 'node:timers/promises'
import { eventId, isoFromNanos, type Nanos } from '@heartwood/event'
import { LogStoreError, type LogWriter } from '@heartwood/log-store'
import { reasonOf } from '../records/index-record.ts'
import { appendOf, type CommitPart } from './commit-group.ts'

export interface AppendParts {
  readonly writer: LogWriter
  readonly now: () => Nanos
  /** Told why commits do not get through, and with undefined that they do again. */
  readonly waiting: (reason: string | undefined) => void
  readonly retryMillis: { readonly first: number; readonly most: number }
}

/**
 * Commits the parts behind `from`, however long it takes: on a full disk and on errors of the file system it waits and
 * tries again, and nothing is lost meanwhile, for the queue keeps it. What makes the store throw for its content is put
 * aside: the records are committed in halves until it is alone, and it becomes a dead letter.
 * Throws `superseded`, `position_gap` and `closed`, and the reason of `signal`.
 */
export async function appendDurably(
  parts: AppendParts,
  partition: number,
  from: bigint | null,
  group: readonly CommitPart[],
  signal: AbortSignal,
): Promise<readonly CommitPart[]> {
  let delay = parts.retryMillis.first
  for (;;) {
    try {
      await parts.writer.append(appendOf(partition, from, group))
      parts.waiting(undefined)
      return group
    } catch (error) {
      if (isForCaller(error)) throw error
      if (isOfContent(error)) {
        const [only, ...more] = group
        if (more.length > 0) return appendHalves(parts, partition, from, group, signal)
        if (only?.batch !== undefined && only.batch.length > 0) {
          return appendDurably(parts, partition, from, [putAside(only, error, parts.now())], signal)
        }
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
  group: readonly CommitPart[],
  signal: AbortSignal,
): Promise<readonly CommitPart[]> {
  const middle = group.length >> 1
  const first = await appendDurably(parts, partition, from, group.slice(0, middle), signal)
  const second = group.slice(middle)
  return [
    ...first,
    ...(await appendDurably(parts, partition, first.at(-1)?.position ?? from, second, signal)),
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

/** The record as a dead letter: the store cannot take it, and its neighbours must not wait for it. */
function putAside(part: CommitPart, error: unknown, now: Nanos): CommitPart {
  const events = part.batch?.length ?? 0
  const batchId = part.receipt?.batch_id ?? `position-${part.position}`
  const letter = {
    id: eventId(batchId, 0),
    at: isoFromNanos(now),
    ...(part.receivedAt !== undefined && { received_at: isoFromNanos(part.receivedAt) }),
    door: part.batch?.text.get('source')?.values.at(1) || 'unknown',
    step: 'store',
    reason: reasonOf(error),
    sample:
      part.batch?.text
        .get('message')
        ?.values.at(1)
        .slice(0, 8 * 1024) ?? '',
    records: events,
  }
  return {
    ...part,
    batch: undefined,
    deadLetters: [...part.deadLetters, letter],
    receipt: part.receipt && { ...part.receipt, events: 0, dead_letters: part.receipt.dead_letters + events },
  }
}

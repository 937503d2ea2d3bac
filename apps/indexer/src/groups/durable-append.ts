import { setTimeout as pause } from 'node:timers/promises'
import { eventId, isoFromNanos, type Nanos, textAt } from '@heartwood/event'
import { type Lock, type LogAppender, LogStoreError } from '@heartwood/log-store'
import { reasonOf } from '../records/reason-of.ts'
import { appendOf, endOf, halvesOf, NO_EVENTS, type ReadBatch, type ReadRecord } from './read-batch.ts'

export interface AppendParts {
  readonly appender: Pick<LogAppender, 'append'>
  /** Commits of a thread take turns: each joins its rows and encodes them, which takes as much memory again. */
  readonly turns: Lock
  readonly now: () => Nanos
  /** Told why commits do not get through, and with undefined that they do again. */
  readonly waiting: (reason: string | undefined) => void
  readonly retryMillis: { readonly first: number; readonly most: number }
}

/**
 * Commits batches behind `from`, however long it takes: on a full disk and on errors of the file system it waits and
 * tries again, and nothing is lost meanwhile, for the queue keeps it. What makes the store throw for its content is put
 * aside: the records are committed in halves until it is alone, and it becomes a dead letter. Gives what was committed.
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
      await parts.turns.run(() => parts.appender.append(appendOf(partition, from, batches)))
      parts.waiting(undefined)
      return batches
    } catch (error) {
      if (isForCaller(error)) throw error
      if (isOfContent(error)) {
        const halves = halvesOf(batches)
        if (halves !== undefined) return appendHalves(parts, partition, from, halves, signal)
        const [only] = batches
        const [record] = only?.records ?? []
        if (only !== undefined && record !== undefined && only.events.length > 0) {
          const aside = { records: [putAside(only, record, error, parts.now())], events: NO_EVENTS }
          return appendDurably(parts, partition, from, [aside], signal)
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

/** The record as a dead letter: the store cannot take it, and its neighbours must not wait for it. */
function putAside({ events: batch }: ReadBatch, record: ReadRecord, error: unknown, now: Nanos): ReadRecord {
  const { events, receipt, receivedAt, position } = record
  const letter = {
    id: eventId(receipt?.batch_id ?? `position-${position}`, 0),
    at: isoFromNanos(now),
    ...(receivedAt !== undefined && { received_at: isoFromNanos(receivedAt) }),
    door: textAt(batch.text.get('source'), 0) ?? 'unknown',
    step: 'store',
    reason: reasonOf(error),
    sample: textAt(batch.text.get('message'), 0)?.slice(0, 8 * 1024) ?? '',
    records: events,
  }
  return {
    ...record,
    events: 0,
    deadLetters: [...record.deadLetters, letter],
    receipt: receipt && { ...receipt, events: 0, dead_letters: receipt.dead_letters + events },
  }
}

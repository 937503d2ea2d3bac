import {
  type DeadLetter,
  type EventBatch,
  EventBatchBuilder,
  type EventDraft,
  isoFromNanos,
  MAX_NANOS,
  MIN_NANOS,
  NANOS_PER_DAY,
  type Nanos,
} from '@heartwood/event'
import { parse, type Query } from '@heartwood/query-lang'
import type { Append, BatchReceipt, LogReader, LogWriter, TimeRange } from '../port.ts'

/** What every store's writer does, one that keeps no positions too where `appendingTo` stands before it. */
export type AnyWriter = Pick<
  LogWriter,
  'append' | 'position' | 'seenBatches' | 'delete' | 'enforceRetention' | 'maintain' | 'dismissDeadLetters'
>

/** An adapter that the contract talks to. Disposing closes everything and removes the data. */
export interface StoreUnderTest<W extends AnyWriter = AnyWriter> extends AsyncDisposable {
  readonly writer: W
  readonly reader: LogReader
  /** Closes writer and reader and opens the same data again, as after a restart. */
  reopen(): Promise<void>
}

export interface StoreSettings {
  readonly retentionDays: number
  /** How long a delete waits for what is shown. */
  readonly flushMillis?: number
}

export type OpenStore<W extends AnyWriter = AnyWriter> = (
  settings: StoreSettings,
) => Promise<StoreUnderTest<W>>

export const RETENTION_DAYS = 30

/** A moment a little before now, in whole seconds, so that no event of a test is past the retention by itself. */
export const RECENT: Nanos = BigInt(Math.floor(Date.now() / 1000) - 7200) * 1_000_000_000n
export const EVER: TimeRange = { from: MIN_NANOS, to: MAX_NANOS }
export const DAY = NANOS_PER_DAY

export function openStore<W extends AnyWriter>(
  open: OpenStore<W>,
  more: Partial<StoreSettings> = {},
): Promise<StoreUnderTest<W>> {
  return open({ retentionDays: RETENTION_DAYS, ...more })
}

/** A draft with what a test does not care about filled in. */
export function draft(id: string, more: Partial<EventDraft> = {}): EventDraft {
  return { id, timestamp: RECENT, observed_at: RECENT, source: 'json', message: `message of ${id}`, ...more }
}

export function batchOf(drafts: readonly EventDraft[]): EventBatch {
  const builder = new EventBatchBuilder()
  for (const event of drafts) builder.add(event)
  return builder.finish()
}

/** Appends to partition 0 (or another) behind what is there, one position further, and waits until readers see it. */
export async function append(
  store: StoreUnderTest,
  drafts: readonly EventDraft[],
  more: Partial<Append> = {},
): Promise<void> {
  const partition = more.partition ?? 0
  const from = store.writer.position(partition)
  await store.writer.append({
    partition,
    from,
    to: (from ?? 0n) + 1n,
    events: batchOf(drafts),
    deadLetters: [],
    batches: [],
    ...more,
  })
  await store.reader.refresh()
}

export function receipt(batchId: string, more: Partial<BatchReceipt> = {}): BatchReceipt {
  return { batch_id: batchId, received_at: RECENT, events: 1, dead_letters: 0, ...more }
}

export function deadLetter(id: string, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id,
    at: isoFromNanos(RECENT),
    door: 'json',
    step: 'decode',
    reason: 'not JSON',
    sample: '{oops',
    records: 1,
    attempts: 1,
    ...more,
  }
}

/** The tree of a query text, which must be valid. */
export function query(text: string): Query {
  const { query, valid, diagnostics } = parse(text)
  if (!valid) throw new Error(`${text}: ${diagnostics.map(({ message }) => message).join('; ')}`)
  return query
}

/** The ids that a query finds, newest first. */
export async function idsOf(store: StoreUnderTest, text: string, range: TimeRange = EVER): Promise<string[]> {
  const { events } = await store.reader.search({ query: query(text), range, limit: 10_000 })
  return events.map(({ id }) => id)
}

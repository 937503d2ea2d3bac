import { type EventBatch, NANOS_PER_DAY, type Nanos, selectRows } from '@heartwood/event'
import { compileBatchPredicate, parse, print, type Query } from '@heartwood/query-lang'
import { type DeleteRequest, LogStoreError, type TimeRange } from '../../port.ts'
import type { Tombstone } from '../manifest/manifest-format.ts'

/**
 * How long a tombstone holds, in receipt time: what was accepted before a delete is appended within it, even after the
 * indexer stood still for days. It costs nothing for events received later, so it can be long.
 */
const HOLDS = 30n * NANOS_PER_DAY
const MAX_TOMBSTONES = 1000

/** Those that still hold at `now`, newest last. */
export function holdingTombstones(tombstones: readonly Tombstone[], now: Nanos): Tombstone[] {
  return tombstones.filter((tombstone) => now - tombstone.accepted_before < HOLDS).slice(-MAX_TOMBSTONES)
}

/** The batch without the events that a pending delete covers. */
export function dropDeleted(batch: EventBatch, tombstones: readonly Tombstone[]): EventBatch {
  if (tombstones.length === 0 || batch.length === 0) return batch
  const oldest = oldestReceipt(batch)
  let kept = batch
  for (const tombstone of tombstones) {
    if (oldest > tombstone.accepted_before) continue
    const { accepted_before, from, to, at } = tombstone
    const matches = rowsMatching(kept, queryOf(tombstone), { from, to }, at)
    kept = withoutRows(
      kept,
      matches.filter((row) => (kept.observed_at[row] ?? 0n) <= accepted_before),
    )
  }
  return kept
}

function oldestReceipt({ observed_at }: EventBatch): Nanos {
  let oldest = observed_at[0] ?? 0n
  for (const receipt of observed_at) if (receipt < oldest) oldest = receipt
  return oldest
}

/** Rows in the range that a query matches, rising. */
export function rowsMatching(batch: EventBatch, query: Query, range: TimeRange, now: Nanos): Uint32Array {
  return compileBatchPredicate(
    query,
    now,
  )(batch).filter((row) => {
    const time = batch.timestamp[row] ?? 0n
    return time >= range.from && time < range.to
  })
}

export function withoutRows(batch: EventBatch, rows: Uint32Array): EventBatch {
  if (rows.length === 0) return batch
  const removed = new Set(rows)
  const kept = Uint32Array.from({ length: batch.length - rows.length })
  let next = 0
  for (let row = 0; row < batch.length; row++) if (!removed.has(row)) kept[next++] = row
  return selectRows(batch, kept)
}

/**
 * What is kept of a delete. Throws LogStoreError `unsupported` for a tree that no query text means: every later commit
 * reads the tombstone, so one that cannot be read must not get in.
 */
export function tombstoneOf({ query, range, acceptedBefore }: DeleteRequest, at: Nanos): Tombstone {
  const text = print(query)
  if (!parse(text).valid) {
    throw new LogStoreError('unsupported', `the query to delete by cannot be kept as text: ${text}`)
  }
  return { query: text, from: range.from, to: range.to, accepted_before: acceptedBefore, at }
}

/** The query of a tombstone; throws LogStoreError `corrupt` where it cannot be read. */
export function queryOf(tombstone: Tombstone): Query {
  const { query, valid } = parse(tombstone.query)
  if (!valid) throw new LogStoreError('corrupt', `a pending delete cannot be read: ${tombstone.query}`)
  return query
}

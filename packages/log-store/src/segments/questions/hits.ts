import type { Nanos } from '@heartwood/event'
import type { SearchOrder } from '../../port.ts'
import { idAt, type RowPlace } from '../fetch/event-fetch.ts'
import type { RowReader } from '../fetch/row-reader.ts'
import { isBefore } from '../fetch/walk-order.ts'

/** A matching row: where it stands in the order of the answer, and where it lies. */
export interface Hit extends RowPlace {
  readonly timestamp: Nanos
  /** Read only where two times are equal. */
  readonly id: () => string
}

/** How many of the matches are wanted, and in which order. */
export interface Sought {
  readonly order: SearchOrder
  readonly wanted: number
  /**
   * Told after each part of the walk the first hits so far, and the time that none of those to come is before; undefined where
   * none comes.
   */
  readonly found?: ((hits: readonly Hit[], nextTime: Nanos | undefined) => Promise<void>) | undefined
}

export function hitAt(reader: RowReader, place: RowPlace, timestamp: Nanos): Hit {
  let id: string | undefined
  return { ...place, timestamp, id: () => (id ??= idAt(reader, place)) }
}

/** The first `limit` of some hits by (time, id) in an order, each once. */
export function firstHits(hits: readonly Hit[], limit: number, order: SearchOrder): Hit[] {
  const sorted = hits.toSorted((a, b) => compareHits(order, a, b))
  const distinct = sorted.filter((hit, index) => {
    const before = sorted[index - 1]
    return before === undefined || !isSameRow(before, hit)
  })
  return distinct.slice(0, limit)
}

function isSameRow(a: RowPlace, b: RowPlace): boolean {
  return a.row === b.row && a.group === b.group && a.segment === b.segment
}

function compareHits(order: SearchOrder, a: Hit, b: Hit): number {
  if (a.timestamp !== b.timestamp) return isBefore(order, a.timestamp, b.timestamp) ? -1 : 1
  return isSameRow(a, b) ? 0 : compareIds(order, a.id(), b.id())
}

/** Of two ids of one time, which comes first in an order: negative for the first of them. */
export function compareIds(order: SearchOrder, a: string, b: string): number {
  return order === 'newest' ? compareTexts(b, a) : compareTexts(a, b)
}

/** The order of UTF-8 bytes, as DuckDB has it. */
export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

import type { Nanos } from '@heartwood/event'
import { idAt, type RowPlace } from '../fetch/event-fetch.ts'
import type { RowReader } from '../fetch/row-reader.ts'

/** A matching row: where it stands in the order of the answer, and where it lies. */
export interface Hit extends RowPlace {
  readonly timestamp: Nanos
  /** Read only where two times are equal. */
  readonly id: () => string
}

export function hitAt(reader: RowReader, place: RowPlace, timestamp: Nanos): Hit {
  let id: string | undefined
  return { ...place, timestamp, id: () => (id ??= idAt(reader, place)) }
}

/** The newest `limit` of some hits by (time, id), each once. */
export function newest(hits: readonly Hit[], limit: number): Hit[] {
  const sorted = hits.toSorted(newestFirst)
  const distinct = sorted.filter((hit, index) => {
    const before = sorted[index - 1]
    return before === undefined || !isSameRow(before, hit)
  })
  return distinct.slice(0, limit)
}

function isSameRow(a: RowPlace, b: RowPlace): boolean {
  return a.row === b.row && a.group === b.group && a.segment === b.segment
}

function newestFirst(a: Hit, b: Hit): number {
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp ? -1 : 1
  return isSameRow(a, b) ? 0 : compareTexts(b.id(), a.id())
}

/** The order of UTF-8 bytes, as DuckDB has it. */
export function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

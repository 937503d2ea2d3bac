import { setImmediate as nextTurn } from 'node:timers/promises'
import { newestRows } from './fetch/newest-rows.ts'
import type { RowReader } from './fetch/row-reader.ts'
import { newestUnits } from './fetch/row-units.ts'
import { type Hit, hitAt, newest } from './hits.ts'
import type { QueryPlan } from './query-plan.ts'

/** Rows of one time whose ids are worth reading here; where there are more, DuckDB sorts them better. */
const MAX_TIES = 20_000

/**
 * The newest rows of a query that everything matches, from the times of the row groups alone, without DuckDB; undefined
 * where very many rows have the same time. `check` may throw to stop.
 */
export async function newestOfAll(
  reader: RowReader,
  plan: QueryPlan,
  wanted: number,
  check: () => void,
): Promise<Hit[] | undefined> {
  let hits: Hit[] = []
  for (const { unit, newestLeft } of newestUnits(reader, plan.segments)) {
    await nextTurn()
    check()
    const rows = newestRows(reader, unit, plan.range, wanted)
    if (rows.length > wanted + MAX_TIES) return undefined
    const { segment, group } = unit
    const found = rows.map(({ row, timestamp }) => hitAt(reader, { segment, group, row }, timestamp))
    hits = newest([...hits, ...found], wanted)
    const last = hits[wanted - 1]
    if (last !== undefined && newestLeft !== undefined && last.timestamp > newestLeft) break
  }
  return hits
}

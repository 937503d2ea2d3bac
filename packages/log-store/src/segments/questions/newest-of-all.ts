import { setImmediate as nextTurn } from 'node:timers/promises'
import type { SearchRequest } from '../../port.ts'
import { newestRows } from '../fetch/newest-rows.ts'
import { newestUnits } from '../fetch/row-units.ts'
import { OWN_FIELD_IDS } from '../manifest/field-catalog.ts'
import { compareTexts, type Hit, hitAt, newest } from './hits.ts'
import { overlaps } from './prune.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'
import { groupsIn } from './read-tally.ts'

/** Rows of one time whose ids are worth reading here; where there are more, DuckDB sorts them better. */
const MAX_TIES = 20_000

/**
 * The newest rows of a query that everything matches, from the times of the row groups alone, without DuckDB; undefined
 * where very many rows have the same time.
 */
export async function newestOfAll(
  { reader, tally, check }: ReadMeans,
  plan: QueryPlan,
  wanted: number,
): Promise<Hit[] | undefined> {
  let hits: Hit[] = []
  for (const { unit, newestLeft } of newestUnits(reader, plan.segments)) {
    await nextTurn()
    check()
    const { segment, group } = unit
    tally.add(segment, reader.groups(segment).slice(group, group + 1), [OWN_FIELD_IDS.timestamp])
    const from = hits[wanted - 1]?.timestamp ?? plan.range.from
    const rows = newestRows(reader, unit, { from, to: plan.range.to }, wanted)
    if (rows.length > wanted + MAX_TIES) return undefined
    const found = rows.map(({ row, timestamp }) => hitAt(reader, { segment, group, row }, timestamp))
    hits = newest([...hits, ...found], wanted)
    const last = hits[wanted - 1]
    if (last !== undefined && newestLeft !== undefined && last.timestamp > newestLeft) break
  }
  return hits
}

/**
 * The rows of the very time of a row that come behind it, of a query that everything matches; undefined where very many
 * rows have that time.
 */
export function allAsOldAs(
  { reader, tally }: ReadMeans,
  { segments, range: { from, to } }: QueryPlan,
  { timestamp, id }: NonNullable<SearchRequest['after']>,
): Hit[] | undefined {
  if (timestamp < from || timestamp >= to) return []
  const moment = { from: timestamp, to: timestamp + 1n }
  const hits: Hit[] = []
  for (const segment of segments.filter((segment) => overlaps(segment, moment))) {
    const groups = reader.groups(segment)
    const touched = groupsIn(groups, moment)
    tally.add(segment, touched, [OWN_FIELD_IDS.timestamp])
    for (const touchedGroup of touched) {
      const group = groups.indexOf(touchedGroup)
      const rows = newestRows(reader, { segment, group }, moment, MAX_TIES)
      if (hits.length + rows.length > MAX_TIES) return undefined
      hits.push(...rows.map(({ row }) => hitAt(reader, { segment, group, row }, timestamp)))
    }
  }
  return hits.filter((hit) => compareTexts(hit.id(), id) < 0)
}

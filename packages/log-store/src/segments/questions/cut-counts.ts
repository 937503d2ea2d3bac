import { setImmediate as nextTurn } from 'node:timers/promises'
import { LEVELS, type Nanos } from '@heartwood/event'
import type { TimeRange } from '../../port.ts'
import { countByBucket } from '../fetch/bucketed-rows.ts'
import { rowsWithin } from '../fetch/first-rows.ts'
import { wholeTexts } from '../fetch/whole-columns.ts'
import { OWN_FIELD_IDS, TEXT_FIELD_IDS } from '../manifest/field-catalog.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { GroupedCount } from './grouped-counts.ts'
import type { LevelCell } from './manifest-counts.ts'
import type { QueryOutline } from './prune.ts'
import type { ReadMeans } from './read-means.ts'

/** A row group whose counts are too coarse in some times. */
export interface CutGroup {
  readonly segment: SegmentInfo
  /** From 0. */
  readonly group: number
  readonly rows: number
  /** Apart from each other, oldest first. */
  readonly times: readonly TimeRange[]
}

/**
 * Counts by bucket and level where an edge goes through the counts of the manifest, for a query that asks for the level
 * alone: from two columns of the row groups there, without DuckDB and its queue.
 */
export async function countCut(
  { reader, tally, check }: ReadMeans,
  cut: readonly CutGroup[],
  { levels }: QueryOutline,
  interval: Nanos | undefined,
): Promise<LevelCell[]> {
  const cells: LevelCell[] = []
  for (const { segment, group, times } of cut) {
    await nextTurn()
    check()
    tally.add(segment, reader.groups(segment).slice(group, group + 1), [
      OWN_FIELD_IDS.timestamp,
      OWN_FIELD_IDS.severity_number,
    ])
    using open = reader.open(segment, group)
    const keys = { keys: open.levels(), end: LEVELS.length }
    for (const range of times) {
      const rows = rowsWithin(open.times(), range)
      for (const { bucket, key, count } of countByBucket(open.times(), rows, keys, range, interval)) {
        if (levels[key]) cells.push({ bucket, level: LEVELS[key] ?? 'unknown', count })
      }
    }
  }
  return cells
}

/** The same by service. */
export async function countCutByService(
  { reader, tally, check }: ReadMeans,
  cut: readonly CutGroup[],
  { levels }: QueryOutline,
  interval: Nanos | undefined,
): Promise<GroupedCount[]> {
  const counts: GroupedCount[] = []
  const fields = [OWN_FIELD_IDS.timestamp, OWN_FIELD_IDS.severity_number, TEXT_FIELD_IDS.service]
  for (const { segment, group, times } of cut) {
    await nextTurn()
    check()
    tally.add(segment, reader.groups(segment).slice(group, group + 1), fields)
    using open = reader.open(segment, group)
    const chunk = open.chunk(TEXT_FIELD_IDS.service)
    const services = chunk && open.decoding(() => wholeTexts(chunk))
    const levelOf = open.levels()
    for (const range of times) {
      const rows = rowsWithin(open.times(), range).filter((row) => levels[levelOf[row] ?? 0])
      const keys = services
        ? { keys: services.codes, end: services.values.length }
        : { keys: new Uint8Array(open.rows), end: 1 }
      for (const { bucket, key, count } of countByBucket(open.times(), rows, keys, range, interval))
        counts.push({ bucket, group: key === 0 ? '' : (services?.values.at(key) ?? ''), count })
    }
  }
  return counts
}

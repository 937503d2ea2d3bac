import { setImmediate as nextTurn } from 'node:timers/promises'
import { LEVELS, type Nanos } from '@heartwood/event'
import type { TimeRange } from '../../port.ts'
import { countByBucket } from '../fetch/bucketed-rows.ts'
import { rowsWithin } from '../fetch/first-rows.ts'
import { OWN_FIELD_IDS } from '../manifest/field-catalog.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { LevelCell } from './manifest-counts.ts'
import type { QueryOutline } from './prune.ts'
import type { ReadMeans } from './read-means.ts'
import { groupsIn } from './read-tally.ts'

/** A segment whose counts are too coarse in some times. */
export interface CutSegment {
  readonly segment: SegmentInfo
  /** Apart from each other, oldest first. */
  readonly times: readonly TimeRange[]
}

export function rowsOf(cut: readonly CutSegment[]): number {
  return cut.reduce((sum, { segment }) => sum + segment.rows, 0)
}

/**
 * Counts by bucket and level where an edge goes through the counts of the manifest, for a query that asks for the level
 * alone: from two columns of the row groups there, without DuckDB and its queue.
 */
export async function countCut(
  { reader, tally, check }: ReadMeans,
  cut: readonly CutSegment[],
  { levels }: QueryOutline,
  interval: Nanos | undefined,
): Promise<LevelCell[]> {
  const cells: LevelCell[] = []
  for (const { segment, times } of cut) {
    const all = reader.groups(segment)
    const touched = all.filter((group) => times.some((range) => groupsIn([group], range).length > 0))
    tally.add(segment, touched, [OWN_FIELD_IDS.timestamp, OWN_FIELD_IDS.severity_number])
    for (const group of touched) {
      await nextTurn()
      check()
      using open = reader.open(segment, all.indexOf(group))
      const keys = { keys: open.levels(), end: LEVELS.length }
      for (const range of times) {
        const rows = rowsWithin(open.times(), range)
        for (const { bucket, key, count } of countByBucket(open.times(), rows, keys, range, interval)) {
          if (levels[key]) cells.push({ bucket, level: LEVELS[key] ?? 'unknown', count })
        }
      }
    }
  }
  return cells
}

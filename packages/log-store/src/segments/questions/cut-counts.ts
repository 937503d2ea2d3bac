import { setImmediate as nextTurn } from 'node:timers/promises'
import { LEVELS, type Nanos } from '@heartwood/event'
import type { TimeRange } from '../../port.ts'
import { countByBucket } from '../fetch/bucketed-rows.ts'
import { rowsWithin } from '../fetch/first-rows.ts'
import type { GroupReader } from '../fetch/row-reader.ts'
import { wholeTexts } from '../fetch/whole-columns.ts'
import { readEach } from '../files/segment-files.ts'
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
  means: ReadMeans,
  cut: readonly CutGroup[],
  { levels }: QueryOutline,
  interval: Nanos | undefined,
): Promise<LevelCell[]> {
  const cells: LevelCell[] = []
  const fields = [OWN_FIELD_IDS.timestamp, OWN_FIELD_IDS.severity_number]
  await forEachCut(means, cut, fields, (open, times) => {
    const keys = { keys: open.levels(), end: LEVELS.length }
    const near = open.times()
    for (const range of times) {
      const rows = rowsWithin(near, range)
      for (const { bucket, key, count } of countByBucket(near, rows, keys, range, interval)) {
        if (levels[key]) cells.push({ bucket, level: LEVELS[key] ?? 'unknown', count })
      }
    }
  })
  return cells
}

/** The same by service. */
export async function countCutByService(
  means: ReadMeans,
  cut: readonly CutGroup[],
  { levels }: QueryOutline,
  interval: Nanos | undefined,
): Promise<GroupedCount[]> {
  const counts: GroupedCount[] = []
  const fields = [OWN_FIELD_IDS.timestamp, OWN_FIELD_IDS.severity_number, TEXT_FIELD_IDS.service]
  await forEachCut(means, cut, fields, (open, times) => {
    const chunk = open.chunk(TEXT_FIELD_IDS.service)
    const services = chunk && open.decoding(() => wholeTexts(chunk))
    const levelOf = open.levels()
    const near = open.times()
    for (const range of times) {
      const rows = rowsWithin(near, range).filter((row) => levels[levelOf[row] ?? 0])
      const keys = services
        ? { keys: services.codes, end: services.values.length }
        : { keys: new Uint8Array(open.rows), end: 1 }
      for (const { bucket, key, count } of countByBucket(near, rows, keys, range, interval))
        counts.push({ bucket, group: key === 0 ? '' : (services?.values.at(key) ?? ''), count })
    }
  })
  return counts
}

/** Opens one after the other; `count` counts nothing before it has read all that it needs. */
async function forEachCut(
  { reader, files, tally, check }: ReadMeans,
  cut: readonly CutGroup[],
  fields: readonly number[],
  count: (open: GroupReader, times: readonly TimeRange[]) => void,
): Promise<void> {
  const groupOf = ({ segment, group }: CutGroup) => reader.groups(segment).slice(group, group + 1)
  await files.bring(() => readEach(cut, (one) => reader.ranges(one.segment, groupOf(one), fields)).flat())
  for (const one of cut) {
    await nextTurn()
    check()
    await files.reading(() => {
      using open = reader.open(one.segment, one.group)
      count(open, one.times)
    })
    tally.add(one.segment, groupOf(one), fields)
  }
}

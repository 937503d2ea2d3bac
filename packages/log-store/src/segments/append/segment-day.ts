import { isoFromNanos, NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import { floorDiv } from '../manifest/level-counts.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'

/** The UTC day of all rows of a segment, as days since 1970; undefined where they are of several. */
export function dayOf({ min_time, max_time }: Pick<SegmentInfo, 'min_time' | 'max_time'>): Nanos | undefined {
  const first = floorDiv(min_time, NANOS_PER_DAY)
  return first === floorDiv(max_time, NANOS_PER_DAY) ? first : undefined
}

/** The UTC day whose shard a segment may be in, as days since 1970; undefined for rows of several days. */
export type ShardDay = number | undefined

export function shardDayOf(segment: SegmentInfo): ShardDay {
  const day = dayOf(segment)
  return day === undefined ? undefined : Number(day)
}

/** A day as people write it: 2026-11-23. */
export function dayLabel(day: Nanos): string {
  return isoFromNanos(day * NANOS_PER_DAY).slice(0, -14)
}

/** What stands for the day of rows of several days. */
export const STRAY_DAYS = 'stray-days'

/** The name of a new file; the day in it is for people. */
export function segmentFileName(day: Nanos | undefined, name: string): string {
  return `${day === undefined ? STRAY_DAYS : dayLabel(day)}-${name}.parquet`
}

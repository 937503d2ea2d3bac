import { LEVELS, type Nanos } from '@heartwood/event'
import type { TimeRange } from '../../port.ts'
import { type CountCell, cellsOf, floorDiv } from '../manifest/level-counts.ts'
import type { SegmentInfo } from '../manifest/manifest-format.ts'
import type { QueryOutline } from './prune.ts'

/** Events of one bucket and level. */
export interface LevelCell {
  /** Bucket start divided by the interval; 0 without one. */
  readonly bucket: bigint
  readonly level: string
  readonly count: number
}

/** What the counts of a segment say of a question, and where they are too coarse to say it. */
export interface CountedShare {
  readonly cells: readonly LevelCell[]
  /** Times in which rows have to be looked at one by one, apart from each other, oldest first. */
  readonly cut: readonly TimeRange[]
}

/**
 * What a segment adds to a histogram (or, with no interval, to one sum) of a query that asks for the level alone. A
 * count of the manifest cannot be told apart where an edge of the range or of a bucket goes through it.
 */
export function countedShare(
  segment: SegmentInfo,
  outline: QueryOutline,
  range: TimeRange,
  interval: Nanos | undefined,
): CountedShare {
  const { min_time, max_time } = segment
  const times = { from: min_time, to: max_time + 1n }
  return shareOf(cellsOf(segment.counts ?? NO_COUNTS), times, outline, range, interval)
}

/** The same of some counts, of rows that lie in `times`. */
export function shareOf(
  counts: readonly CountCell[],
  times: TimeRange,
  outline: QueryOutline,
  range: TimeRange,
  interval: Nanos | undefined,
): CountedShare {
  const cells: LevelCell[] = []
  const cut: { from: Nanos; to: Nanos }[] = []
  for (const cell of counts) {
    if (!outline.levels[cell.level] || cell.end <= range.from || cell.start >= range.to) continue
    const from = later(cell.start, times.from)
    const to = earlier(cell.end, times.to)
    const bucket = interval === undefined ? 0n : floorDiv(from, interval)
    const isWhole = from >= range.from && to <= range.to
    const isOneBucket = interval === undefined || floorDiv(to - 1n, interval) === bucket
    if (isWhole && isOneBucket) {
      cells.push({ bucket, level: LEVELS[cell.level] ?? 'unknown', count: cell.count })
    } else {
      addTimes(cut, { from: later(from, range.from), to: earlier(to, range.to) })
    }
  }
  return { cells, cut }
}

const NO_COUNTS = { unit: 1, cells: [] }

/** Cells come in the order of time, those of one bucket for each level. */
function addTimes(times: { from: Nanos; to: Nanos }[], more: TimeRange): void {
  if (more.from >= more.to) return
  const last = times.at(-1)
  if (last !== undefined && more.from <= last.to) last.to = later(last.to, more.to)
  else times.push({ ...more })
}

function later(a: Nanos, b: Nanos): Nanos {
  return a > b ? a : b
}

function earlier(a: Nanos, b: Nanos): Nanos {
  return a < b ? a : b
}

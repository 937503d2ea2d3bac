import type { Nanos } from '@heartwood/event'
import type { SegmentInfo } from '../manifest-format.ts'
import type { RowReader } from './row-reader.ts'

/** A row group of a segment, as far as a walk through time has to know it. */
export interface RowUnit {
  readonly segment: SegmentInfo
  /** From 0. */
  readonly group: number
  readonly rows: number
  readonly minTime: Nanos
  readonly maxTime: Nanos
}

export interface UnitInTurn {
  readonly unit: RowUnit
  /** How new the rows of those behind it can be at most; undefined behind the last. */
  readonly newestLeft: Nanos | undefined
}

/**
 * The row groups of some segments, those with the newest rows first. A large segment has several, which may lie far
 * apart in time. Footers are read only as far as the walk goes.
 */
export function* newestUnits(reader: RowReader, segments: readonly SegmentInfo[]): Generator<UnitInTurn> {
  const waiting: (RowUnit | SegmentInfo)[] = segments.toSorted((a, b) => compare(b.max_time, a.max_time))
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if ('segment' in next) {
      const [first] = waiting
      yield { unit: next, newestLeft: first && newestIn(first) }
    } else {
      for (const unit of unitsOf(reader, next)) insert(waiting, unit)
    }
  }
}

function unitsOf(reader: RowReader, segment: SegmentInfo): RowUnit[] {
  return reader.groups(segment).map(({ rows, times }, group) => ({
    segment,
    group,
    rows,
    minTime: times?.min ?? segment.min_time,
    maxTime: times?.max ?? segment.max_time,
  }))
}

function insert(waiting: (RowUnit | SegmentInfo)[], unit: RowUnit): void {
  const place = waiting.findIndex((other) => newestIn(other) < unit.maxTime)
  waiting.splice(place === -1 ? waiting.length : place, 0, unit)
}

function newestIn(of: RowUnit | SegmentInfo): Nanos {
  return 'segment' in of ? of.maxTime : of.max_time
}

function compare(a: Nanos, b: Nanos): number {
  return a < b ? -1 : a > b ? 1 : 0
}

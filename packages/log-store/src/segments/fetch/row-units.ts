import type { Nanos } from '@heartwood/event'
import type { TimeRange } from '../../port.ts'
import { canMatchWithin, type PlannedSegment } from '../idx/planned-segment.ts'
import type { RowReader } from './row-reader.ts'

/** A row group of a segment, as far as a walk through time has to know it. */
export interface RowUnit {
  readonly segment: PlannedSegment
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
 * apart in time. Those that cannot hold a match, or a row of the range, are left out. Footers are read only as far as the walk
 * goes.
 */
export function* newestUnits(
  reader: RowReader,
  segments: readonly PlannedSegment[],
  range: TimeRange,
): Generator<UnitInTurn> {
  const waiting: (RowUnit | PlannedSegment)[] = segments.toSorted((a, b) => compare(b.max_time, a.max_time))
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if ('segment' in next) {
      const [first] = waiting
      yield { unit: next, newestLeft: first && newestIn(first) }
    } else {
      for (const unit of unitsOf(reader, next, range)) insert(waiting, unit)
    }
  }
}

function unitsOf(reader: RowReader, segment: PlannedSegment, { from, to }: TimeRange): RowUnit[] {
  let end = 0
  return reader.groups(segment).flatMap(({ rows, times }, group) => {
    const start = end
    end += rows
    if (!canMatchWithin(segment, start, end)) return []
    const { min: minTime, max: maxTime } = times ?? { min: segment.min_time, max: segment.max_time }
    return maxTime < from || minTime >= to ? [] : [{ segment, group, rows, minTime, maxTime }]
  })
}

function insert(waiting: (RowUnit | PlannedSegment)[], unit: RowUnit): void {
  const place = waiting.findIndex((other) => newestIn(other) < unit.maxTime)
  waiting.splice(place === -1 ? waiting.length : place, 0, unit)
}

function newestIn(of: RowUnit | PlannedSegment): Nanos {
  return 'segment' in of ? of.maxTime : of.max_time
}

function compare(a: Nanos, b: Nanos): number {
  return a < b ? -1 : a > b ? 1 : 0
}

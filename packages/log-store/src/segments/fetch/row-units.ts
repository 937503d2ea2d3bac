import type { Nanos } from '@heartwood/event'
import type { SearchOrder, TimeRange } from '../../port.ts'
import type { QuestionFiles } from '../files/segment-files.ts'
import { canMatchWithin, type PlannedSegment } from '../idx/planned-segment.ts'
import type { RowReader } from './row-reader.ts'
import { isBefore, nearEdge } from './walk-order.ts'

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
  /** No row of those behind it comes before this time; undefined behind the last. */
  readonly nextTime: Nanos | undefined
}

/**
 * The row groups of some segments in an order, those whose first row comes first. A large segment has several, which may
 * lie far apart in time. Those that cannot hold a match, or a row of the range, are left out. Footers are read only as far as
 * the walk goes.
 */
export async function* unitsInOrder(
  { reader, files }: { readonly reader: RowReader; readonly files: QuestionFiles },
  segments: readonly PlannedSegment[],
  range: TimeRange,
  order: SearchOrder,
): AsyncGenerator<UnitInTurn> {
  const edge = (of: RowUnit | PlannedSegment) =>
    'segment' in of ? nearEdge(order, of.minTime, of.maxTime) : nearEdge(order, of.min_time, of.max_time)
  const waiting: (RowUnit | PlannedSegment)[] = segments.toSorted((a, b) =>
    isBefore(order, edge(a), edge(b)) ? -1 : isBefore(order, edge(b), edge(a)) ? 1 : 0,
  )
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if ('segment' in next) {
      const [first] = waiting
      yield { unit: next, nextTime: first && edge(first) }
      continue
    }
    const segment = next
    for (const unit of await files.reading(() => unitsOf(reader, segment, range))) {
      const place = waiting.findIndex((other) => isBefore(order, edge(unit), edge(other)))
      waiting.splice(place === -1 ? waiting.length : place, 0, unit)
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

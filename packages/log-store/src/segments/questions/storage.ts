import { NANOS_PER_DAY, NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import type { StoredDay } from '../../port.ts'
import { storedDays } from '../../stored-days.ts'
import { dayOf } from '../append/segment-day.ts'
import { cellsOf, floorDiv } from '../manifest/level-counts.ts'
import { type SegmentInfo, storedBytes } from '../manifest/manifest-format.ts'
import type { StoreView } from './store-view.ts'

/** What is stored by day, as the manifest and the live log say it: no file is opened. */
export function storageOf({ state, live }: StoreView): StoredDay[] {
  return storedDays([
    ...Array.from(state.segments.values(), (segment) => daysOf(segment, 1)).flat(),
    ...live.flatMap((segment) => daysOf(segment, 0)),
  ])
}

/** @param segments how many durable ones it is */
export function daysOf(segment: SegmentInfo, segments: 0 | 1): StoredDay[] {
  const { max_time, max_receipt } = segment
  const newest = max_time > max_receipt ? max_time : max_receipt
  const shares = sharesByDay(segment)
  let events = 0
  let bytes = 0
  return shares.map(([day, count], index) => {
    const isLast = index === shares.length - 1
    events += count
    const upTo = isLast ? storedBytes(segment) : Math.floor((storedBytes(segment) * events) / segment.rows)
    const share = upTo - bytes
    bytes = upTo
    const start = day === undefined ? undefined : day * NANOS_PER_DAY
    return { day: start, events: count, bytes: share, segments: isLast ? segments : 0, newest }
  })
}

/** Events by days since 1970, in their order. */
function sharesByDay(segment: SegmentInfo): [day: Nanos | undefined, events: number][] {
  const only = dayOf(segment)
  if (only !== undefined) return [[only, segment.rows]]
  const { counts } = segment
  // Files of stray times are counted in buckets of many days.
  if (counts === undefined || BigInt(counts.unit) * NANOS_PER_SECOND > NANOS_PER_DAY)
    return [[undefined, segment.rows]]
  const days = new Map<Nanos, number>()
  for (const { start, count } of cellsOf(counts)) {
    const day = floorDiv(start, NANOS_PER_DAY)
    days.set(day, (days.get(day) ?? 0) + count)
  }
  return [...days]
}

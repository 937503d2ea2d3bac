import { NANOS_PER_DAY, NANOS_PER_SECOND, type Nanos } from '@heartwood/event'
import type { StoredDay, StoredInTier, Tier } from '../../port.ts'
import { storedDays } from '../../stored-days.ts'
import { dayOf } from '../append/segment-day.ts'
import { isCold } from '../cold/cold-place.ts'
import { cellsOf, floorDiv } from '../manifest/level-counts.ts'
import { type SegmentInfo, storedBytes } from '../manifest/manifest-format.ts'
import type { StoreView } from './store-view.ts'

/** What is stored by day, as the manifest and the live log say it: no file is opened. */
export function storageOf({ state, live }: StoreView): StoredDay[] {
  const segments = [...state.segments.values()]
  const hot = [
    ...segments.filter((segment) => !isCold(segment)).flatMap((segment) => daysOf(segment, 1)),
    ...live.flatMap((segment) => daysOf(segment, 0)),
  ]
  const cold = segments.filter(isCold).flatMap((segment) => daysOf(segment, 1))
  if (cold.length === 0) return storedDays(hot)
  return storedDays([...hot.map((day) => inTier('hot', day)), ...cold.map((day) => inTier('cold', day))]).map(
    ({ tiers = [], ...day }) => ({ ...day, tiers: summedTiers(tiers) }),
  )
}

/** Every segment is in one of them, and questions are answered from both. */
function inTier(tier: Tier, day: StoredDay): StoredDay {
  const { events, bytes, segments } = day
  return { ...day, tiers: [{ tier, events, bytes, segments, answers: true }] }
}

function summedTiers(tiers: readonly StoredInTier[]): StoredInTier[] {
  const sums = new Map<Tier, StoredInTier>()
  for (const one of tiers) {
    const { events = 0, bytes = 0, segments = 0 } = sums.get(one.tier) ?? {}
    sums.set(one.tier, {
      ...one,
      events: events + one.events,
      bytes: bytes + one.bytes,
      segments: segments + one.segments,
    })
  }
  return [...sums.values()].sort((a, b) => (a.tier === b.tier ? 0 : a.tier === 'hot' ? -1 : 1))
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

import { ownField } from '@heartwood/event'
import { compareText } from '../../compare-text.ts'
import type {
  CountRequest,
  HistogramBucket,
  HistogramRequest,
  ReadStats,
  TopRequest,
  TopValue,
} from '../../port.ts'
import type { Asking } from './asking.ts'
import { type EventPlan, knownMatches, unknownMatches } from './event-plan.ts'
import { eachMatch } from './event-scan.ts'
import { type GroupedCount, groupedCounts } from './grouped-counts.ts'
import { tellRead, total } from './totals.ts'

/** How many events match. */
export async function countMatches(asking: Asking, plan: EventPlan, request: CountRequest): Promise<number> {
  const { onProgress } = request
  const read = await tellRead(asking, plan, request)
  if (plan.isEmpty) return 0
  const [known, unknown] = await Promise.all([
    plan.exact ? total(asking, knownMatches(plan)) : 0,
    total(asking, unknownMatches(plan)),
  ])
  let matched = known
  let looked = 0
  if (unknown > 0) {
    const where = unknownMatches(plan)
    const onLooked = (rows: number) => {
      looked += rows
      onProgress?.({ ...progress(read, looked), matched })
    }
    for await (const events of eachMatch(asking, plan, where, onLooked)) matched += events.length
  }
  onProgress?.({ ...progress(read, read.rows), matched })
  return matched
}

function progress(read: ReadStats, looked: number) {
  const rows = Math.max(read.rows, looked)
  return { rows: looked, bytes: 0, segments: 0, of: { rows, segments: 0 } }
}

export async function topValues(asking: Asking, plan: EventPlan, request: TopRequest): Promise<TopValue[]> {
  await tellRead(asking, plan, request)
  const counts = await groupedCounts(asking, plan, { by: request.field })
  return commonest(counts).slice(0, request.limit)
}

export async function histogramOf(
  asking: Asking,
  plan: EventPlan,
  request: HistogramRequest,
): Promise<HistogramBucket[]> {
  const { interval, by } = request
  await tellRead(asking, plan, request)
  const counts = await groupedCounts(asking, plan, { interval, by })
  const kept = keptValues(counts, request)
  const buckets = new Map<bigint, { start: bigint; count: number; groups: Record<string, number> }>()
  for (const { start, value, count } of counts) {
    const bucket = buckets.get(start) ?? { start, count: 0, groups: Object.create(null) }
    buckets.set(start, bucket)
    bucket.count += count
    const name = value === undefined || kept === undefined || kept.has(value) ? (value ?? '') : 'other'
    bucket.groups[name] = (bucket.groups[name] ?? 0) + count
  }
  return [...buckets.values()]
    .sort((a, b) => (a.start < b.start ? -1 : 1))
    .map(({ start, count, groups }) => (by === undefined ? { start, count } : { start, count, groups }))
}

/** The values to tell apart; undefined where that is all of them. */
function keptValues(
  counts: readonly GroupedCount[],
  { by, groups, keep }: HistogramRequest,
): ReadonlySet<string> | undefined {
  if (by === undefined || ownField(by)?.name === 'level') return undefined
  if (keep !== undefined) return new Set(keep)
  return groups === undefined
    ? undefined
    : new Set(
        commonest(counts)
          .slice(0, groups)
          .map(({ value }) => value),
      )
}

/** Values over all buckets, most first, then by value. */
function commonest(counts: readonly GroupedCount[]): TopValue[] {
  const byValue = new Map<string, number>()
  for (const { value, count } of counts)
    if (value !== undefined) byValue.set(value, (byValue.get(value) ?? 0) + count)
  return [...byValue]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || compareText(a.value, b.value))
}

import type { HistogramBucket, HistogramRequest } from '../../port.ts'
import { commonValues, type GroupedCount, groupedCounts, isLevelField } from './grouped-counts.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'

/** Counts by time bucket, oldest first, empty ones left out; see HistogramRequest for how groups are cut. */
export async function histogramOf(
  means: ReadMeans,
  plan: QueryPlan,
  { interval, by, groups }: Pick<HistogramRequest, 'interval' | 'by' | 'groups'>,
): Promise<HistogramBucket[]> {
  const cut = by !== undefined && groups !== undefined && !isLevelField(by)
  const only = cut ? (await commonValues(means, plan, by, groups)).map(({ value }) => value) : undefined
  const counts = await groupedCounts(means, plan, { interval, by, only })
  const buckets = Map.groupBy(counts, ({ bucket }) => bucket)
  return [...buckets]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([bucket, cells]) => ({
      start: bucket * interval,
      count: cells.reduce((sum, { count }) => sum + count, 0),
      ...(by !== undefined && { groups: groupsOf(cells) }),
    }))
}

function groupsOf(cells: readonly GroupedCount[]): Record<string, number> {
  const largestFirst = [...cells].sort((a, b) => b.count - a.count || (a.group < b.group ? -1 : 1))
  // A null prototype: the values come from senders, and `__proto__` is one of them.
  const groups: Record<string, number> = Object.create(null)
  for (const { group, count } of largestFirst) groups[group] = count
  return groups
}

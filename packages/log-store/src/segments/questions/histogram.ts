import type { HistogramBucket, HistogramRequest } from '../../port.ts'
import { commonValues, type GroupedCount, groupedCounts, isLevelField } from './grouped-counts.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'

/** Counts by time bucket, oldest first, empty ones left out; see HistogramRequest for how groups are cut. */
export async function histogramOf(
  means: ReadMeans,
  plan: QueryPlan,
  asked: Pick<HistogramRequest, 'interval' | 'by' | 'groups' | 'keep'>,
): Promise<HistogramBucket[]> {
  const { interval, by } = asked
  const only = await keptValues(means, plan, asked)
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

/** The values to tell apart; undefined where that is all of them. */
async function keptValues(
  means: ReadMeans,
  plan: QueryPlan,
  { by, groups, keep }: Pick<HistogramRequest, 'by' | 'groups' | 'keep'>,
): Promise<readonly string[] | undefined> {
  if (by === undefined || isLevelField(by)) return undefined
  if (keep !== undefined || groups === undefined) return keep
  return (await commonValues(means, plan, by, groups)).map(({ value }) => value)
}

function groupsOf(cells: readonly GroupedCount[]): Record<string, number> {
  const largestFirst = [...cells].sort((a, b) => b.count - a.count || (a.group < b.group ? -1 : 1))
  // A null prototype: the values come from senders, and `__proto__` is one of them.
  const groups: Record<string, number> = Object.create(null)
  for (const { group, count } of largestFirst) groups[group] = count
  return groups
}

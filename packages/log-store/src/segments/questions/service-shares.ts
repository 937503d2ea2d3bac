import type { Nanos } from '@heartwood/event'
import type { PlannedSegment } from '../idx/planned-segment.ts'
import { floorDiv } from '../manifest/level-counts.ts'
import type { GroupedCount } from './grouped-counts.ts'
import type { QueryPlan } from './query-plan.ts'
import type { ReadMeans } from './read-means.ts'

export interface ServiceShares {
  /** Counts by bucket and service of the segments that need no look. */
  readonly counts: readonly GroupedCount[]
  /** Those that an edge of the range or of a bucket goes through, and those without such counts. */
  readonly rest: readonly PlannedSegment[]
}

/** Segments whose index is read at the same time. */
const AT_ONCE = 8

/** Answers a count by service of a query that asks for the level alone from the indexes, as far as they can. */
export async function serviceShares(
  { indexes, check }: ReadMeans,
  plan: QueryPlan,
  interval: Nanos | undefined,
): Promise<ServiceShares> {
  const whole: { readonly segment: PlannedSegment; readonly bucket: bigint }[] = []
  const rest: PlannedSegment[] = []
  for (const segment of plan.segments) {
    const bucket = onlyBucket(segment, plan, interval)
    if (bucket === undefined) rest.push(segment)
    else whole.push({ segment, bucket })
  }
  const counts: GroupedCount[] = []
  for (let at = 0; at < whole.length; at += AT_ONCE) {
    check()
    const some = whole.slice(at, at + AT_ONCE)
    const found = await Promise.all(some.map(({ segment }) => indexes.serviceCounts(segment)))
    for (const [index, { segment, bucket }] of some.entries()) {
      const services = found[index]
      if (services === undefined) {
        rest.push(segment)
        continue
      }
      for (const { service, levels } of services) {
        const count = levels.reduce(
          (sum, events, level) => (plan.outline.levels[level] ? sum + events : sum),
          0,
        )
        if (count > 0) counts.push({ bucket, group: service, count })
      }
    }
  }
  return { counts, rest }
}

/** The bucket that all rows of a segment are in (0 without an interval), or undefined where some are outside. */
function onlyBucket(
  { min_time, max_time }: PlannedSegment,
  { range }: QueryPlan,
  interval: Nanos | undefined,
): bigint | undefined {
  if (min_time < range.from || max_time >= range.to) return undefined
  if (interval === undefined) return 0n
  const bucket = floorDiv(min_time, interval)
  return floorDiv(max_time, interval) === bucket ? bucket : undefined
}

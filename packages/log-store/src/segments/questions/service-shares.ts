import type { Nanos } from '@heartwood/event'
import type { PlannedSegment } from '../idx/planned-segment.ts'
import type { ServiceCount } from '../idx/service-counts.ts'
import { floorDiv } from '../manifest/level-counts.ts'
import type { CutGroup } from './cut-counts.ts'
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
  { indexes, files, check }: ReadMeans,
  plan: QueryPlan,
  interval: Nanos | undefined,
): Promise<ServiceShares> {
  const whole: { readonly segment: PlannedSegment; readonly bucket: bigint }[] = []
  const rest: PlannedSegment[] = []
  for (const segment of plan.segments) {
    const { min_time, max_time } = segment
    const bucket = onlyBucket({ min: min_time, max: max_time }, plan, interval)
    if (bucket === undefined) rest.push(segment)
    else whole.push({ segment, bucket })
  }
  const counts: GroupedCount[] = []
  for (let at = 0; at < whole.length; at += AT_ONCE) {
    check()
    const some = whole.slice(at, at + AT_ONCE)
    const found = await Promise.all(some.map(({ segment }) => indexes.serviceCounts(segment, files)))
    for (const [index, { segment, bucket }] of some.entries()) {
      const services = found[index]
      if (services === undefined) {
        rest.push(segment)
        continue
      }
      counts.push(...countsIn(services, plan, bucket))
    }
  }
  return { counts, rest }
}

/** Those of a segment's row groups that no edge goes through, by the counts of each, and the others. */
export async function serviceSharesOfGroups(
  { indexes, files, reader }: ReadMeans,
  segment: PlannedSegment,
  plan: QueryPlan,
  interval: Nanos | undefined,
): Promise<{ readonly counts: readonly GroupedCount[]; readonly cut: readonly CutGroup[] }> {
  const known = await indexes.groupServiceCounts(segment, files)
  const groups = await files.reading(() => reader.groups(segment))
  const counts: GroupedCount[] = []
  const cut: CutGroup[] = []
  for (const [group, { rows, times }] of groups.entries()) {
    const { min, max } = times ?? { min: segment.min_time, max: segment.max_time }
    if (max < plan.range.from || min >= plan.range.to) continue
    const bucket = onlyBucket({ min, max }, plan, interval)
    const services = known?.length === groups.length ? known[group] : undefined
    if (bucket === undefined || services === undefined)
      cut.push({ segment, group, rows, times: [plan.range] })
    else counts.push(...countsIn(services, plan, bucket))
  }
  return { counts, cut }
}

function countsIn(services: readonly ServiceCount[], { outline }: QueryPlan, bucket: bigint): GroupedCount[] {
  return services.flatMap(({ service, levels }) => {
    const count = levels.reduce((sum, events, level) => (outline.levels[level] ? sum + events : sum), 0)
    return count > 0 ? [{ bucket, group: service, count }] : []
  })
}

/** The bucket that all rows between two times are in (0 without an interval), or undefined where some are outside. */
function onlyBucket(
  { min, max }: { readonly min: Nanos; readonly max: Nanos },
  { range }: QueryPlan,
  interval: Nanos | undefined,
): bigint | undefined {
  if (min < range.from || max >= range.to) return undefined
  if (interval === undefined) return 0n
  const bucket = floorDiv(min, interval)
  return floorDiv(max, interval) === bucket ? bucket : undefined
}

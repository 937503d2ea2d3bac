import type { LogEvent, Nanos } from '@heartwood/event'
import { fieldText } from '@heartwood/query-lang'
import { z } from 'zod'
import { floorTo } from '../../floor-to.ts'
import type { Asking } from './asking.ts'
import { compositeBuckets } from './composite-buckets.ts'
import { candidates, type EventPlan, knownMatches, unknownMatches, without } from './event-plan.ts'
import { eachMatch } from './event-scan.ts'
import { type GroupSource, groupSource } from './group-source.ts'
import { total } from './totals.ts'

export interface GroupedCount {
  /** Where buckets were asked for. */
  readonly start: Nanos
  /** Where a field was asked for and the event has one. */
  readonly value: string | undefined
  readonly count: number
}

export interface Grouping {
  readonly interval?: Nanos | undefined
  readonly by?: string | undefined
}

const UNGROUPED = { term: { ungrouped: true } } as const
const MILLI = 1_000_000n

/**
 * How many matches there are of each bucket of time and each value of a field, exactly: Elasticsearch counts what it knows
 * wholly, and the events that it does not are read.
 */
export async function groupedCounts(
  asking: Asking,
  plan: EventPlan,
  grouping: Grouping,
): Promise<GroupedCount[]> {
  if (plan.isEmpty) return []
  const counts = new Counts()
  const source = grouping.by === undefined ? undefined : groupSource(grouping.by)
  const { interval } = grouping
  if (!plan.exact || source?.kind === 'events' || (interval !== undefined && interval % MILLI !== 0n)) {
    await addEvents(asking, plan, candidates(plan), grouping, counts)
    return counts.all()
  }
  const left = source === undefined ? unknownMatches(plan) : candidates(plan, [UNGROUPED])
  const [isLeft] = await Promise.all([
    total(asking, left),
    addKnown(asking, plan, { interval, field: source }, counts),
  ])
  if (isLeft > 0) await addEvents(asking, plan, left, grouping, counts)
  return counts.all()
}

class Counts {
  readonly #counts = new Map<string, { start: Nanos; value: string | undefined; count: number }>()

  add(start: Nanos, value: string | undefined, count: number): void {
    const key = value === undefined ? String(start) : `${start} ${value}`
    const entry = this.#counts.get(key)
    if (entry === undefined) this.#counts.set(key, { start, value, count })
    else entry.count += count
  }

  all(): GroupedCount[] {
    return [...this.#counts.values()]
  }
}

async function addEvents(
  asking: Asking,
  plan: EventPlan,
  where: object,
  { interval, by }: Grouping,
  counts: Counts,
): Promise<void> {
  const start = ({ timestamp }: LogEvent) => (interval === undefined ? 0n : floorTo(timestamp, interval))
  for await (const events of eachMatch(asking, plan, where)) {
    for (const event of events)
      counts.add(start(event), by === undefined ? undefined : fieldText(event, by), 1)
  }
}

const Key = z.union([z.string(), z.number(), z.boolean()]).nullable().optional()
const Bucket = z.object({
  key: z.object({ start: z.number().optional(), value: Key }),
  doc_count: z.number(),
})

interface KnownGrouping {
  readonly interval: Nanos | undefined
  readonly field: Extract<GroupSource, { kind: 'field' }> | undefined
}

async function addKnown(
  asking: Asking,
  plan: EventPlan,
  { interval, field }: KnownGrouping,
  counts: Counts,
): Promise<void> {
  const sources = [
    ...(interval === undefined
      ? []
      : [{ start: { date_histogram: { field: '@timestamp', fixed_interval: `${interval / MILLI}ms` } } }]),
    ...(field === undefined ? [] : [{ value: { terms: { field: field.field, missing_bucket: true } } }]),
  ]
  const query = knownMatches(plan, field === undefined ? [] : [without([UNGROUPED])])
  for await (const buckets of compositeBuckets(asking, { query, sources, bucket: Bucket })) {
    for (const { key, doc_count } of buckets) {
      const value = key.value === null || key.value === undefined ? undefined : field?.text(key.value)
      counts.add(BigInt(key.start ?? 0) * MILLI, value, doc_count)
    }
  }
}

import { type Nanos, ownField } from '@heartwood/event'
import type { HistogramBucket, HistogramRequest } from '../port.ts'
import { askParts, type TieredStore } from './ask-parts.ts'
import { partsOf } from './coverage.ts'
import { ReadSum } from './part-reads.ts'
import { topOfParts } from './top.ts'

/** The buckets of the parts together; one that a border cuts is counted on both sides. */
export async function histogramOfParts(
  store: TieredStore,
  { onRead, ...request }: HistogramRequest,
): Promise<HistogramBucket[]> {
  const reads = new ReadSum(onRead)
  const asked = { ...request, ...reads.told }
  const keep = await keptValues(store, asked)
  const parts = await askParts(store, { ...asked, ...(keep && { keep }) }, (reader, part) =>
    reader.histogram(part),
  )
  reads.tell()
  return parts.length === 1 ? (parts[0] ?? []) : together(parts.flat())
}

/** The commonest values are those of all parts: they are found before each is asked to tell them apart. */
async function keptValues(
  store: TieredStore,
  request: HistogramRequest,
): Promise<readonly string[] | undefined> {
  const { by, groups, keep, interval: _interval, ...asked } = request
  const isCut = by !== undefined && groups !== undefined && ownField(by)?.name !== 'level'
  const isOne = partsOf(store.coverage, request.range).length === 1
  if (keep !== undefined || !isCut || isOne) return keep
  return (await topOfParts(store, { ...asked, field: by, limit: groups })).map(({ value }) => value)
}

/** @param buckets of parts, oldest first */
function together(buckets: readonly HistogramBucket[]): HistogramBucket[] {
  const sums = new Map<Nanos, HistogramBucket>()
  for (const bucket of buckets) {
    const sum = sums.get(bucket.start)
    sums.set(bucket.start, sum === undefined ? bucket : bothOf(sum, bucket))
  }
  return [...sums.values()]
}

function bothOf(a: HistogramBucket, b: HistogramBucket): HistogramBucket {
  const groups: Record<string, number> = Object.create(null)
  for (const part of [a.groups ?? {}, b.groups ?? {}])
    for (const [value, count] of Object.entries(part)) groups[value] = (groups[value] ?? 0) + count
  const hasGroups = a.groups !== undefined || b.groups !== undefined
  return { start: a.start, count: a.count + b.count, ...(hasGroups && { groups }) }
}

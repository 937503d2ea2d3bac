import { LEVELS, type Level, type Nanos } from '@heartwood/event'
import { compareText } from '../compare-text.ts'
import type { Pattern, Patterns, PatternsRequest } from '../port.ts'
import { askParts, type TieredStore } from './ask-parts.ts'
import type { Part } from './coverage.ts'
import { partsOf } from './coverage.ts'
import { ReadSum } from './part-reads.ts'

/** Shapes that a part gives: with more of them in it, those that are rare there may be counted too low. */
const MOST_SHAPES = 100_000

/** The shapes of all parts together. A sample has the same share of each, as if it were drawn of all of them. */
export async function patternsOfParts(store: TieredStore, request: PatternsRequest): Promise<Patterns> {
  const { onRead, ...asked } = request
  if (partsOf(store.coverage, request.range).length === 1) {
    const parts = await askParts(store, request, (reader, part) => reader.patterns(part))
    return parts[0] ?? NONE
  }
  const reads = new ReadSum(onRead)
  const matched = await countedParts(store, { ...asked, ...reads.told })
  const step = Math.max(1, Math.ceil(sumOf([...matched.values()]) / asked.events))
  const parts = await askParts(store, { ...asked, ...reads.told }, async (reader, asked, part) => {
    const events = Math.ceil((matched.get(keyOf(part)) ?? 0) / step)
    return events === 0 ? NONE : reader.patterns({ ...asked, limit: MOST_SHAPES, events })
  })
  reads.tell()
  return together(parts, request.limit)
}

const NONE: Patterns = { matched: 0, looked: 0, shapes: 0, patterns: [] }

async function countedParts(
  store: TieredStore,
  request: PatternsRequest,
): Promise<ReadonlyMap<string, number>> {
  const counts = await askParts(
    store,
    request,
    async (reader, asked, part) => [keyOf(part), await reader.count(asked)] as const,
  )
  return new Map(counts)
}

function keyOf({ range }: Part): string {
  return String(range.from)
}

function together(parts: readonly Patterns[], limit: number): Patterns {
  const byShape = Map.groupBy(
    parts.flatMap(({ patterns }) => patterns),
    ({ shape }) => shape,
  )
  return {
    matched: sumOf(parts.map(({ matched }) => matched)),
    looked: sumOf(parts.map(({ looked }) => looked)),
    shapes: Math.max(byShape.size, ...parts.map(({ shapes }) => shapes)),
    patterns: [...byShape.values()]
      .map((alike) => alike.reduce(bothOf))
      .sort((a, b) => b.count - a.count || compareText(a.shape, b.shape))
      .slice(0, limit),
  }
}

function bothOf(a: Pattern, b: Pattern): Pattern {
  const levels: Partial<Record<Level, number>> = {}
  for (const level of LEVELS) {
    const count = (a.levels[level] ?? 0) + (b.levels[level] ?? 0)
    if (count > 0) levels[level] = count
  }
  const buckets = new Map<Nanos, number>()
  for (const { start, count } of [...a.buckets, ...b.buckets])
    buckets.set(start, (buckets.get(start) ?? 0) + count)
  return {
    shape: a.shape,
    count: a.count + b.count,
    levels,
    first: a.first < b.first ? a.first : b.first,
    last: a.last > b.last ? a.last : b.last,
    buckets: Array.from(buckets, ([start, count]) => ({ start, count })).sort((x, y) =>
      x.start < y.start ? -1 : 1,
    ),
  }
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}

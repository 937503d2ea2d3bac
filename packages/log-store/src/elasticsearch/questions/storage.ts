import type { Nanos } from '@heartwood/event'
import { z } from 'zod'
import type { StoredDay, StoreStats } from '../../port.ts'
import { storedDays } from '../../stored-days.ts'
import type { IndexNames } from '../names.ts'
import { type Asking, ask } from './asking.ts'
import { compositeBuckets } from './composite-buckets.ts'
import { letterCount } from './side-documents.ts'

const MILLI = 1_000_000n

const Max = z.object({ value: z.number().nullable() })
const DayBucket = z.object({
  key: z.object({ index: z.string(), day: z.number() }),
  doc_count: z.number(),
  time: Max,
  receipt: Max,
})

interface IndexDay {
  readonly index: string
  readonly day: Nanos
  readonly events: number
  readonly newest: Nanos
}

/**
 * What is stored by day. Elasticsearch knows the bytes and Lucene segments of an index; those of one with events of several
 * days are shared out by events, its segments count for the last of them.
 */
export async function storageOf(asking: Asking): Promise<StoredDay[]> {
  const [days, sizes] = await Promise.all([indexDays(asking), indexSizes(asking)])
  const byIndex = Map.groupBy(days, ({ index }) => index)
  return storedDays([...byIndex].flatMap(([index, own]) => shared(own, sizes.get(index) ?? NO_SIZE)))
}

interface IndexSize {
  readonly bytes: number
  readonly segments: number
}
const NO_SIZE: IndexSize = { bytes: 0, segments: 0 }

function shared(days: readonly IndexDay[], { bytes, segments }: IndexSize): StoredDay[] {
  const total = days.reduce((sum, { events }) => sum + events, 0)
  let events = 0
  let given = 0
  return days.map((day, index) => {
    const isLast = index === days.length - 1
    events += day.events
    const upTo = isLast ? bytes : Math.floor((bytes * events) / total)
    const share = upTo - given
    given = upTo
    return {
      day: day.day,
      events: day.events,
      bytes: share,
      segments: isLast ? segments : 0,
      newest: day.newest,
    }
  })
}

async function indexDays(asking: Asking): Promise<IndexDay[]> {
  const days: IndexDay[] = []
  const pages = compositeBuckets(asking, {
    sources: [
      { index: { terms: { field: '_index' } } },
      { day: { date_histogram: { field: '@timestamp', fixed_interval: '1d' } } },
    ],
    aggs: { time: { max: { field: '@timestamp' } }, receipt: { max: { field: 'observed_at' } } },
    bucket: DayBucket,
  })
  for await (const buckets of pages) {
    for (const { key, doc_count, time, receipt } of buckets) {
      // Doubles hold nanoseconds to a quarter of a microsecond; milliseconds are enough here.
      const newest = Math.max(time.value ?? 0, Math.round((receipt.value ?? 0) / 1e6))
      days.push({
        index: key.index,
        day: BigInt(key.day) * MILLI,
        events: doc_count,
        newest: BigInt(newest) * MILLI,
      })
    }
  }
  return days
}

const Sizes = z.object({
  indices: z
    .record(
      z.string(),
      z.object({
        primaries: z.object({
          store: z.object({ size_in_bytes: z.number() }),
          segments: z.object({ count: z.number() }),
        }),
      }),
    )
    .optional(),
})

async function indexSizes(asking: Asking): Promise<ReadonlyMap<string, IndexSize>> {
  const path = `/${encodeURIComponent(asking.indices)}/_stats/store,segments`
  const answer = await ask(asking, { method: 'GET', path })
  const { indices = {} } = Sizes.parse(answer ?? {})
  return new Map(
    Object.entries(indices).map(([index, { primaries }]) => [
      index,
      { bytes: primaries.store.size_in_bytes, segments: primaries.segments.count },
    ]),
  )
}

/** The sums of `storageOf`, and what is beside the events. */
export async function statsOf(asking: Asking, names: IndexNames): Promise<StoreStats> {
  const [days, count] = await Promise.all([storageOf(asking), letterCount(asking, names)])
  const sum = (of: (day: StoredDay) => number) => days.reduce((total, day) => total + of(day), 0)
  return {
    events: sum(({ events }) => events),
    shown: 0,
    segments: sum(({ segments }) => segments),
    bytes: sum(({ bytes }) => bytes),
    generation: 0,
    deadLetters: { count, bytes: 0, dropped: 0 },
  }
}

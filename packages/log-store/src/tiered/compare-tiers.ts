import { NANOS_PER_MILLI, NANOS_PER_SECOND } from '@heartwood/event'
import { ALL } from '@heartwood/query-lang'
import type { HistogramBucket, LogReader, Tier, TimeRange } from '../port.ts'

/** How the two tiers hold a range. */
export interface Comparison {
  readonly events: Readonly<Record<Tier, number>>
  /** The cells are what is counted apart: a minute and a level, an hour and a service. */
  readonly cells: 'equal' | 'cold has more' | 'cold lacks some'
}

const MINUTE = 60n * NANOS_PER_SECOND
const HOUR = 60n * MINUTE

/** Counts both as finely as costs little: events that one lacks would have to be made up for in the same minute and level. */
export async function compareTiers(
  readers: Readonly<Record<Tier, LogReader>>,
  range: TimeRange,
): Promise<Comparison> {
  const [hot, cold] = await Promise.all([cellsOf(readers.hot, range), cellsOf(readers.cold, range)])
  return { events: { hot: hot.events, cold: cold.events }, cells: relation(hot.cells, cold.cells) }
}

/** So many events are looked for one by one: late ones, on a day of which hot has nothing else any more. */
const FEW = 100

/** Whether the archive has what hot has of a day: by the ids of a few, and by the cells of many. */
export async function isArchived(
  readers: Readonly<Record<Tier, LogReader>>,
  day: TimeRange,
): Promise<boolean> {
  await readers.hot.refresh()
  const { events, more } = await readers.hot.search({ query: ALL, range: day, limit: FEW })
  if (more) return (await compareTiers(readers, day)).cells !== 'cold lacks some'
  await readers.cold.refresh()
  for (const { id, timestamp } of events) {
    const range = { from: timestamp, to: timestamp + 1n }
    const there = await readers.cold.search({ query: ALL, range, limit: 10_000 })
    if (!there.events.some((event) => event.id === id)) return false
  }
  return true
}

/** Of all events in the range. */
export async function eventsIn(reader: LogReader, range: TimeRange): Promise<number> {
  await reader.refresh()
  return reader.count({ query: ALL, range })
}

async function cellsOf(reader: LogReader, range: TimeRange) {
  await reader.refresh()
  const asked = { query: ALL, range }
  const byLevel = await reader.histogram({ ...asked, interval: MINUTE, by: 'level' })
  const byService = await reader.histogram({ ...asked, interval: HOUR, by: 'service' })
  const events = byLevel.reduce((sum, { count }) => sum + count, 0)
  return { events, cells: new Map([...cells(byLevel, 'level'), ...cells(byService, 'service')]) }
}

function* cells(buckets: readonly HistogramBucket[], by: string): Generator<[string, number]> {
  for (const { start, groups = {} } of buckets)
    for (const [value, count] of Object.entries(groups))
      yield [`${by} ${start / NANOS_PER_MILLI} ${value}`, count]
}

function relation(hot: ReadonlyMap<string, number>, cold: ReadonlyMap<string, number>): Comparison['cells'] {
  for (const [cell, count] of hot) if ((cold.get(cell) ?? 0) < count) return 'cold lacks some'
  for (const [cell, count] of cold) if ((hot.get(cell) ?? 0) < count) return 'cold has more'
  return 'equal'
}

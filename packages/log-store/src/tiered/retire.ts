import { isoFromNanos, NANOS_PER_DAY, type Nanos } from '@heartwood/event'
import { floorTo } from '../floor-to.ts'
import type { HotDays } from '../hot-days.ts'
import type { LogReader, Tier, TimeRange } from '../port.ts'
import { compareTiers, eventsIn, isArchived } from './compare-tiers.ts'
import {
  type CoverageKeeper,
  EVER,
  heldInHot,
  type KeptCoverage,
  withoutRestored,
  withoutRestoring,
} from './kept-coverage.ts'

export interface Retiring {
  readonly readers: Readonly<Record<Tier, LogReader>>
  readonly days: HotDays
  readonly coverage: CoverageKeeper
  /** UTC days stay hot for so long after they have ended. */
  readonly hotDays: number
  readonly now: () => Nanos
  /** Resolves after as long as a reader may go on with the coverage that it knew. */
  readonly readersLeave: () => Promise<void>
}

export interface Retired {
  /** What the archive answers from now on, oldest first. */
  readonly ranges: readonly TimeRange[]
  /** Events that left hot, which the archive answers. */
  readonly dropped: number
  /** Why days that are due stay hot, one sentence each. */
  readonly obstacles: readonly string[]
}

/** Where the archive has more of a day than hot so long after the day was due, hot does not get the rest any more. */
const OVERDUE = NANOS_PER_DAY

/**
 * One round of handing days that are due over to the archive. A day stays hot until the archive has all of it: then the
 * coverage changes, at once for everybody, and when no reader can still know the old one hot drops the day. Killed anywhere,
 * the next round goes on; a day is answered by one tier, in whole, at every moment. Only one may run at a time.
 */
export async function retireDays(retiring: Retiring): Promise<Retired> {
  await retiring.days.recover()
  const obstacles: string[] = []
  const ranges: TimeRange[] = []
  for (const due of await dueRanges(retiring)) {
    const obstacle = await handOver(retiring, due)
    if (obstacle === undefined) ranges.push(due.range)
    else obstacles.push(obstacle)
    // Hot answers from one day on: no day goes before those that are older.
    if (obstacle !== undefined && due.kind === 'oldest') break
  }
  return { ranges, dropped: await dropRetired(retiring), obstacles }
}

interface Due {
  /** The oldest that hot answers, or what was lent to it. */
  readonly kind: 'oldest' | 'lent'
  readonly range: TimeRange
  /** Since when. */
  readonly since: Nanos
}

async function dueRanges({ readers, coverage, hotDays, now }: Retiring): Promise<Due[]> {
  const kept = await coverage.read()
  const time = now()
  const lent = kept.restored.filter(({ until }) => until <= time)
  const horizon = floorTo(time, NANOS_PER_DAY) - BigInt(hotDays) * NANOS_PER_DAY
  const from = kept.hot_from ?? EVER.from
  const borders = from < horizon ? await daysToEnd(readers.hot, { from, to: horizon }) : []
  return [
    ...lent.map(({ from, to, until }): Due => ({ kind: 'lent', range: { from, to }, since: until })),
    ...borders.map((to, index): Due => {
      const since = to + BigInt(hotDays) * NANOS_PER_DAY
      return { kind: 'oldest', range: { from: borders[index - 1] ?? from, to }, since }
    }),
  ]
}

/** Where days end of which hot has something, and the end of the range; that is found out only where a day is due. */
async function daysToEnd(hot: LogReader, { from, to }: TimeRange): Promise<Nanos[]> {
  const stored = (await hot.storage()).flatMap(({ day }) => day ?? [])
  const ends = stored.map((day) => day + NANOS_PER_DAY).filter((end) => end > from && end < to)
  return [...new Set([...ends, to])].sort((a, b) => (a < b ? -1 : 1))
}

/** Changes the coverage if the archive has all of the range; undefined when it has, or why not. */
async function handOver(retiring: Retiring, { kind, range, since }: Due): Promise<string | undefined> {
  const { readers, days, coverage, now } = retiring
  const { events, cells } = await compareTiers(readers, range)
  const isOverdue = now() - since >= OVERDUE
  if (cells === 'cold lacks some' || (cells === 'cold has more' && !isOverdue))
    return `${named(range)} stays hot: hot has ${events.hot} events of it, and the archive ${events.cold}`
  // The look is as short as it can be: what was compared must not have changed.
  const isDone = await days.withoutWrites(range, async () => {
    const hot = await eventsIn(readers.hot, range)
    const cold = await eventsIn(readers.cold, range)
    if (hot !== events.hot || cold !== events.cold) return false
    return coverage.change((kept) => handedOver(kept, kind, range, now()))
  })
  return isDone === true ? undefined : `${named(range)} stays hot for now: events of it are still coming in`
}

function handedOver(
  kept: KeptCoverage,
  kind: Due['kind'],
  range: TimeRange,
  now: Nanos,
): KeptCoverage | undefined {
  switch (kind) {
    case 'oldest':
      return (kept.hot_from ?? EVER.from) === range.from ? { ...kept, hot_from: range.to } : undefined
    case 'lent': {
      const isDue = kept.restored.some(
        ({ from, to, until }) => from === range.from && to === range.to && until <= now,
      )
      return isDue ? withoutRestored(kept, range) : undefined
    }
  }
}

/** Drops what hot does not answer, once nobody can be reading it. */
async function dropRetired({ readers, days, coverage, now, readersLeave }: Retiring): Promise<number> {
  const time = now()
  const ended = ((await coverage.read()).restoring ?? []).filter(({ until }) => until <= time)
  if (ended.length > 0) await coverage.change((kept) => ended.reduce(withoutRestoring, kept))
  const held = heldInHot(await coverage.read())
  if (!(await days.hasOutside(held))) return 0
  await readersLeave()
  const dropped = await days.drop(async (day) => {
    // What is restored meanwhile is kept as well.
    const keep = [...held, ...heldInHot(await coverage.read())]
    // So is a late event that is not archived yet: a restore must not take the day for whole without it.
    return day === undefined || (await isArchived(readers, day)) ? keep : [...keep, day]
  })
  return dropped.events
}

function named({ from, to }: TimeRange): string {
  const last = isoFromNanos(to - 1n).slice(0, 10)
  const first = from === EVER.from ? 'everything' : isoFromNanos(from).slice(0, 10)
  return first === last ? last : `${first} to ${last}`
}

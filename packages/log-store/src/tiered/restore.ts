import { EventBatchBuilder, isoFromNanos, type LogEvent, type Nanos } from '@heartwood/event'
import { ALL } from '@heartwood/query-lang'
import type { HotDays } from '../hot-days.ts'
import type { IdempotentWriter, LogReader, RefusedEvent, SearchPosition, Tier, TimeRange } from '../port.ts'
import { LogStoreError } from '../port.ts'
import { type Comparison, compareTiers, eventsIn } from './compare-tiers.ts'
import {
  type CoverageKeeper,
  daysIn,
  type KeptCoverage,
  type LentDays,
  overlap,
  withRestored,
  withRestoring,
} from './kept-coverage.ts'

export interface Restoring {
  readonly readers: Readonly<Record<Tier, LogReader>>
  readonly writer: IdempotentWriter
  readonly days: HotDays
  readonly coverage: CoverageKeeper
  /** Between two looks at a day to which events are still coming in. */
  readonly pause: () => Promise<void>
  readonly signal: AbortSignal
  readonly onProgress: (progress: RestoreProgress) => void
}

export interface RestoreProgress {
  readonly day: TimeRange
  readonly state: 'copying' | 'comparing' | 'restored' | 'hot already'
  /** Of the day: those that are in hot by now, and those that the archive has. */
  readonly events: number
  readonly of: number
}

export interface RestoreRequest {
  /** The UTC days that it touches are restored. */
  readonly range: TimeRange
  /** They are retired again after this. */
  readonly until: Nanos
}

/** What a restore would do. */
export interface RestorePlan {
  readonly days: readonly { readonly day: TimeRange; readonly events: number; readonly isHot: boolean }[]
  readonly events: number
}

const PAGE = 5_000
/** Looks at a day that has been copied, before it is given up. */
const LOOKS = 20

export async function planRestore(
  { readers, coverage }: Pick<Restoring, 'readers' | 'coverage'>,
  { range }: Pick<RestoreRequest, 'range'>,
): Promise<RestorePlan> {
  const kept = await coverage.read()
  await readers.cold.refresh()
  const days: RestorePlan['days'][number][] = []
  for (const day of daysIn(range)) {
    const isHot = isHotDay(kept, day)
    const events = isHot ? 0 : await readers.cold.count({ query: ALL, range: day })
    days.push({ day, events, isHot })
  }
  return { days, events: days.reduce((sum, { events }) => sum + events, 0) }
}

/**
 * Copies whole days from the archive to hot, one after the other, and lets hot answer each as soon as it has all of it. The
 * archive keeps them. Killed or stopped anywhere it can be run again: what was copied is there already, by the ids of the
 * events. Throws the reason of `signal`, and LogStoreError `unavailable` where hot does not come to have all of a day.
 */
export async function restoreDays(restoring: Restoring, { range, until }: RestoreRequest): Promise<void> {
  await restoring.days.recover()
  for (const day of daysIn(range)) await restoreDay(restoring, { ...day, until })
}

async function restoreDay(restoring: Restoring, lent: LentDays): Promise<void> {
  const { coverage, signal, onProgress } = restoring
  const day = { from: lent.from, to: lent.to }
  signal.throwIfAborted()
  if (isHotDay(await coverage.read(), day)) {
    await coverage.change((kept) => lentLonger(kept, lent))
    onProgress({ day, state: 'hot already', events: 0, of: 0 })
    return
  }
  // From here on hot keeps what it gets of the day.
  await coverage.change((kept) => withRestoring(kept, lent))
  for (let look = 1; ; look++) {
    const events = await copyDay(restoring, day)
    onProgress({ day, state: 'comparing', events, of: events })
    if (await answersFromNowOn(restoring, lent))
      return onProgress({ day, state: 'restored', events, of: events })
    if (look === LOOKS) throw notWhole(day, await compareTiers(restoring.readers, day))
    await restoring.pause()
    // Again: what the archive got meanwhile, or hot did not have.
  }
}

function isHotDay({ hot_from, restored }: KeptCoverage, day: TimeRange): boolean {
  return hot_from === undefined || day.from >= hot_from || restored.some((lent) => overlap(lent, day))
}

/** What is lent already is kept for at least as long. */
function lentLonger(kept: KeptCoverage, { until, ...day }: LentDays): KeptCoverage | undefined {
  const isShorter = (lent: LentDays) => overlap(lent, day) && lent.until < until
  if (!kept.restored.some(isShorter)) return undefined
  return { ...kept, restored: kept.restored.map((lent) => (isShorter(lent) ? { ...lent, until } : lent)) }
}

/** How many events were copied, or were there. */
async function copyDay(restoring: Restoring, day: TimeRange): Promise<number> {
  const { readers, signal, onProgress } = restoring
  await readers.cold.refresh()
  const of = await readers.cold.count({ query: ALL, range: day, signal })
  let events = 0
  let after: SearchPosition | undefined
  for (let more = of > 0; more; ) {
    const search = { query: ALL, range: day, limit: PAGE, order: 'oldest', signal } as const
    const page = await readers.cold.search({ ...search, ...(after && { after }) })
    if (page.events.length > 0) await writeAll(restoring, page.events)
    events += page.events.length
    onProgress({ day, state: 'copying', events, of: Math.max(of, events) })
    after = page.events.at(-1)
    more = page.more
  }
  return events
}

async function writeAll({ writer, signal }: Restoring, events: readonly LogEvent[]): Promise<void> {
  const builder = new EventBatchBuilder()
  for (const event of events) builder.add(event)
  const settle = (refused: readonly RefusedEvent[]) => {
    const [first] = refused
    if (first !== undefined)
      throw new LogStoreError(
        'unsupported',
        `hot does not take event ${events[first.row]?.id}: ${first.reason}`,
      )
    return { deadLetters: [], receipts: [], replayed: [] }
  }
  await writer.write({ events: builder.finish(), settle }, signal)
}

/** Lets hot answer the day if it has all of it. */
async function answersFromNowOn(restoring: Restoring, lent: LentDays): Promise<boolean> {
  const { readers, days, coverage } = restoring
  const { events, cells } = await compareTiers(readers, lent)
  if (cells !== 'equal') return false
  const isDone = await days.withoutWrites(lent, async () => {
    const hot = await eventsIn(readers.hot, lent)
    const cold = await eventsIn(readers.cold, lent)
    if (hot !== events.hot || cold !== events.cold) return false
    return coverage.change((kept) => {
      const isOurs = (kept.restoring ?? []).some(({ from }) => from === lent.from)
      return isOurs ? withRestored(kept, lent) : undefined
    })
  })
  return isDone === true
}

function notWhole(day: TimeRange, { events }: Comparison): LogStoreError {
  const name = isoFromNanos(day.from).slice(0, 10)
  return new LogStoreError(
    'unavailable',
    `${name} is not restored: the archive has ${events.cold} events of it and hot ${events.hot}; run it again later`,
  )
}

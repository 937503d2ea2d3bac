import { MAX_NANOS, MIN_NANOS } from '@heartwood/event'
import { ALL } from '@heartwood/query-lang'
import type { MissingPart, StoredDay, StoredInTier, StoreStats, Tier, TimeRange } from '../port.ts'
import { LogStoreError } from '../port.ts'
import { storedDays } from '../stored-days.ts'
import { isAway, type TieredStore } from './ask-parts.ts'
import { partsOf, tierOf } from './coverage.ts'

const EVER: TimeRange = { from: MIN_NANOS, to: MAX_NANOS + 1n }

/** What is stored by day in both tiers; one that is away is not counted. */
export async function storageOfTiers(store: TieredStore): Promise<StoredDay[]> {
  const [hot, cold] = await Promise.all([storedIn(store, 'hot'), storedIn(store, 'cold')])
  return storedDays([...hot, ...cold]).filter(({ events, bytes }) => events > 0 || bytes > 0)
}

/** Their sums; what is beside the events is in hot. */
export async function statsOfTiers(store: TieredStore): Promise<StoreStats> {
  const missing: MissingPart[] = []
  const [hot, , days] = await Promise.all([
    store.readers.hot.stats(),
    unlessAway(store.readers.cold.stats(), (reason) => missing.push({ tier: 'cold', range: EVER, reason })),
    storageOfTiers(store),
  ])
  const sum = (of: (day: StoredDay) => number) => days.reduce((total, day) => total + of(day), 0)
  return {
    ...hot,
    events: sum(({ events }) => events),
    segments: sum(({ segments }) => segments),
    bytes: sum(({ bytes }) => bytes),
    ...(missing.length > 0 && { missing }),
  }
}

/** What a tier has, of which only the days that it answers count. */
async function storedIn(store: TieredStore, tier: Tier): Promise<StoredDay[]> {
  const stored = store.readers[tier].storage()
  const days = (tier === 'hot' ? await stored : await unlessAway(stored)) ?? []
  const told = days.flatMap((all) => {
    if (all.day === undefined) return []
    const answers = tierOf(store.coverage, all.day) === tier
    return [inTier(all, { tier, answers, events: answers ? all.events : 0 })]
  })
  const untold = days.find(({ day }) => day === undefined)
  if (untold === undefined) return told
  const known = told.reduce((sum, { events }) => sum + events, 0)
  return [...told, inTier(untold, { tier, answers: true, events: (await answeredBy(store, tier)) - known })]
}

function inTier(
  all: StoredDay,
  { events, ...which }: Pick<StoredInTier, 'tier' | 'answers' | 'events'>,
): StoredDay {
  const { bytes, segments } = all
  return { ...all, events, tiers: [{ ...which, events: all.events, bytes, segments }] }
}

/** How many events a tier answers. */
async function answeredBy({ readers, coverage }: TieredStore, tier: Tier): Promise<number> {
  let events = 0
  for (const part of partsOf(coverage, EVER)) {
    if (part.tier === tier) events += await readers[tier].count({ query: ALL, range: part.range })
  }
  return events
}

async function unlessAway<T>(answer: Promise<T>, onAway?: (reason: string) => void): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof LogStoreError) || !isAway(error)) throw error
    onAway?.(error.message)
    return undefined
  }
}

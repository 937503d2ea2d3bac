import type { StoredIds } from '../stored-ids.ts'
import type { DayEvents } from './day-events.ts'
import type { DayTiers } from './day-tiers.ts'
import type { Faults } from './questions.ts'

export interface JudgedStores {
  readonly hot: StoredIds
  readonly cold: StoredIds
  readonly tiers: DayTiers
  readonly events: DayEvents
}

/**
 * What the stores themselves hold, by their own counts and by all ids: the archive has every event once, hot has every event of
 * the days that it answers, and nothing that was deleted is left in either.
 */
export async function judgeStores({ hot, cold, tiers, events }: JudgedStores): Promise<Faults> {
  const [inHot, inCold] = [await hot.ids(), await cold.ids()]
  const expected = events.expected
  const answeredBy = await tiers.tiers(expected.map(({ time }) => time))
  const lost = expected.flatMap(({ id }, index) => {
    const missing = [
      ...(inCold.has(id) ? [] : [`${id} in cold`]),
      ...(answeredBy[index] === 'cold' || inHot.has(id) ? [] : [`${id} in hot`]),
    ]
    return missing
  })
  const ids = new Set(expected.map(({ id }) => id))
  const both = [...inHot, ...inCold]
  return {
    lost,
    doubled: both.filter(([, times]) => times > 1).map(([id]) => id),
    foreign: both.filter(([id]) => !ids.has(id)).map(([id]) => id),
    others: [
      ...(await disagreement('hot', hot, inHot)),
      ...(await disagreement('the archive', cold, inCold)),
    ],
  }
}

async function disagreement(
  name: string,
  store: StoredIds,
  found: ReadonlyMap<string, number>,
): Promise<string[]> {
  const count = await store.count()
  return count === found.size ? [] : [`${name} counts ${count} events, a scan finds ${found.size}`]
}

export function isClean({ lost, doubled, foreign, others }: Faults): boolean {
  return lost.length + doubled.length + foreign.length + others.length === 0
}
